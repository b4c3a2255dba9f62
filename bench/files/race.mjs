// The benchmark of many files, started by `npm run bench:files`. One argument: its options as JSON.
import { randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeMachine } from '../lib/machine.mjs';
import { measure, median } from '../lib/measure.mjs';
import { startPlace } from '../lib/places.mjs';
import { CLIENTS } from './clients.mjs';

const MIB = 1024 ** 2;
const FILES_A_FOLDER = 1000;

const options = JSON.parse(process.argv[2]);
const only = options.only?.split(',');
const unknown = only?.find((name) => !(name in CLIENTS));
if (unknown !== undefined)
  throw new Error(`There is no client "${unknown}"; there are ${Object.keys(CLIENTS).join(', ')}.`);
const sets = options.count.split(',').map(readSet);
const dir = mkdtempSync(path.join(os.tmpdir(), 'bench-files-'));

try {
  const results = { machine: describeMachine(), date: new Date().toISOString().slice(0, 10), races: [] };
  const sources = sets.map(makeFiles);
  for (const kind of options.place.split(','))
    for (const source of sources) results.races.push(await raceAt(kind, source));
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/files.json', JSON.stringify(results, null, 2));
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** `20000x10` is 20,000 files of 10 KB; `2000x1024` 2,000 of 1 MiB. */
function readSet(text) {
  const [, count, kib] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (!(Number(count) > 0 && Number(kib) > 0))
    throw new Error(`"${text}" is no set of files: write COUNTxKIB, for example 20000x10.`);
  return { count: Number(count), kib: Number(kib) };
}

function makeFiles({ count, kib }) {
  const folder = path.join(dir, `${count}x${kib}`);
  const body = Buffer.alloc(kib * 1024);
  for (let number = 0; number < count; number++) {
    const within = path.join(folder, `folder-${Math.floor(number / FILES_A_FOLDER)}`);
    if (number % FILES_A_FOLDER === 0) mkdirSync(within, { recursive: true });
    randomFillSync(body, 0, Math.min(body.length, 4096));
    writeFileSync(path.join(within, `file ${number}.bin`), body);
  }
  return { folder, count, kib };
}

/** Runs the clients alternately, so that changes of the machine's load affect all of them. */
async function raceAt(kind, source) {
  const { count, kib, folder } = source;
  const what = `${count} × ${kib} KiB to ${kind}`;
  const place = await startPlace(kind, process.execPath, dir, Math.ceil((count * kib * 1024) / MIB));
  if (!place) return say(`Left out: ${kind} is not installed.`);
  try {
    const names = Object.keys(CLIENTS).filter(canRun);
    const runs = Object.fromEntries(names.map((name) => [name, []]));
    // The first round warms up: pools, caches, the files themselves.
    for (let round = 0; round <= Number(options.runs); round++)
      for (const name of names) {
        const { destination, caFile } = place;
        const prefix = `bench/${name.replace(' ', '-')}-${round}/`;
        const stateDir = mkdtempSync(path.join(dir, 'state-'));
        const job = { folder, prefix, destination, caFile, stateDir };
        await place.requests?.();
        const figures = await measure(CLIENTS[name].command(process.execPath, job), {});
        const requests = await place.requests?.();
        await place.empty();
        if (round > 0) runs[name].push({ ...figures, requests });
      }
    return report(what, summarise(runs, count));
  } finally {
    await place.stop();
  }
}

function canRun(name) {
  if (only && !only.includes(name)) return false;
  const found = CLIENTS[name].isInstalled();
  if (!found) say(`Left out: ${name} is not installed.`);
  return found;
}

function summarise(runs, count) {
  const of = (name, figure) => median(runs[name].map((run) => run[figure]));
  return Object.keys(runs).map((name) => {
    const peer = `rclone ${CLIENTS[name].parallel}`;
    /** The median of the ratios of paired runs, which are adjacent in time. */
    const ratio = (figure) =>
      runs[peer] && median(runs[name].map((run, round) => run[figure] / runs[peer][round][figure]));
    const wallRatio = ratio('wallMs');
    return {
      client: name,
      filesPerSecond: (count / of(name, 'wallMs')) * 1000,
      speedToRclone: wallRatio && 1 / wallRatio,
      cpuMsPerFile: of(name, 'cpuMs') / count,
      cpuToRclone: ratio('cpuMs'),
      requestsPerFile: runs[name][0].requests === undefined ? undefined : of(name, 'requests') / count,
      memoryBytes: of(name, 'rssGrowthBytes'),
    };
  });
}

function report(what, rows) {
  const text = (value, digits = 2) => (value === undefined ? '' : value.toFixed(digits));
  say(`\n${what}, medians of ${options.runs}\n`);
  say('| client | files/s | to rclone | CPU ms a file | to rclone | requests a file | memory MiB |');
  say('| --- | --- | --- | --- | --- | --- | --- |');
  for (const row of rows)
    say(
      `| ${row.client} | ${text(row.filesPerSecond, 0)} | ${text(row.speedToRclone)} | ${text(row.cpuMsPerFile)} | ` +
        `${text(row.cpuToRclone)} | ${text(row.requestsPerFile, 3)} | ${text(row.memoryBytes / MIB, 0)} |`,
    );
  return { what, runs: Number(options.runs), rows };
}

function say(line) {
  console.log(line);
}
