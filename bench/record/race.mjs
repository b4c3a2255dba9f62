// The recording benchmark, started by `npm run bench:record`. One argument: its options as JSON.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeMachine } from '../lib/machine.mjs';
import { raceExport } from './exportRace.mjs';
import { raceRecord } from './recordRace.mjs';

const MIB = 1024 ** 2;
const { minutes, size, runs, only, alone } = JSON.parse(process.argv[2]);
const dir = mkdtempSync(path.join(os.tmpdir(), 'bench-record-'));
const results = { machine: describeMachine(), date: new Date().toISOString().slice(0, 10) };

try {
  if (only !== 'export') reportRecord((results.record = await raceRecord(dir, Number(minutes), alone)));
  if (only !== 'record') reportExport((results.export = await raceExport(dir, Number(size), Number(runs))));
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/record.json', JSON.stringify(results, null, 2));
} finally {
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
}

function reportRecord(rows) {
  const peer = rows.at(-1);
  say(`\n${minutes} min of moving content, 1600 × 900 at 30 a second\n`);
  say(
    '| recorder | frames | to ffmpeg | not there | CPU, cores | to ffmpeg | memory MiB | MiB a minute | file MiB |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const row of rows)
    say(
      `| ${row.client} | ${row.frames} | ${(row.frames / peer.frames).toFixed(2)} | ${row.droppedFrames} | ` +
        `${row.cpuShare.toFixed(2)} | ${(row.cpuShare / peer.cpuShare).toFixed(2)} | ${mib(row.rssPeakBytes)} | ` +
        `${(row.rssSlopeBytesPerMinute / MIB).toFixed(2)} | ${(row.bytes / MIB).toFixed(1)} |`,
    );
  say(
    '\nMemory of the app by kind of process, at the end; a minute: slope after the first one, without spikes\n',
  );
  say('| processes | memory MiB | MiB a minute |');
  say('| --- | --- | --- |');
  for (const { kind, rssBytes, rssSlopeBytesPerMinute } of rows[0].kinds)
    say(`| ${kind} | ${mib(rssBytes)} | ${(rssSlopeBytesPerMinute / MIB).toFixed(2)} |`);
  say('\nWhat each process has for itself alone, from the third minute to the end\n');
  say('| process | from MiB | to MiB | MiB a minute |');
  say('| --- | --- | --- | --- |');
  for (const { kind, pid, fromBytes, toBytes, slopeBytesPerMinute } of rows[0].processes)
    say(
      `| ${kind} ${pid} | ${mib(fromBytes)} | ${mib(toBytes)} | ${(slopeBytesPerMinute / MIB).toFixed(2)} |`,
    );
}

function reportExport(rows) {
  say(`\nExport of ${size} MiB with 3,000 screenshots, medians of ${runs}, until the disk has it\n`);
  say('| client | wall s | to cp | memory MiB |');
  say('| --- | --- | --- | --- |');
  for (const { client, wallMs, wallToCp, rssGrowthBytes } of rows)
    say(
      `| ${client} | ${(wallMs / 1000).toFixed(2)} | ${wallToCp.toFixed(2)} | ${rssGrowthBytes ? mib(rssGrowthBytes) : ''} |`,
    );
}

function mib(bytes) {
  return (bytes / MIB).toFixed(0);
}

function say(line) {
  console.log(line);
}
