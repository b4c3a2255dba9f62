// The upload benchmark, started by `npm run bench:upload`. One argument: its options as JSON.
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findProgram } from '../../scripts/lib/system.mjs';
import { bundleOurs } from '../lib/bundleOurs.mjs';
import { describeMachine } from '../lib/machine.mjs';
import { CLIENTS } from './clients.mjs';
import { measure, median } from '../lib/measure.mjs';
import { startPlace } from '../lib/places.mjs';

const MIB = 1024 ** 2;
const PART_SIZE_BYTES = 10 * MIB;
const options = JSON.parse(process.argv[2]);
const only = options.only?.split(',');
const unknown = only?.find((name) => !(name in CLIENTS));
if (unknown !== undefined)
  throw new Error(`There is no client "${unknown}"; there are ${Object.keys(CLIENTS).join(', ')}.`);
const dir = mkdtempSync(path.join(os.tmpdir(), 'bench-upload-'));

try {
  const oursBundle = await bundleOurs('bench/upload/clients/ours.ts');
  const results = { machine: describeMachine(), date: new Date().toISOString().slice(0, 10), places: {} };
  for (const kind of options.place.split(',')) {
    const sizeMiB = Number(options.size);
    results.places[kind] = options.memory
      ? await raceForMemory(kind, oursBundle, sizeMiB)
      : await raceAt(kind, oursBundle, sizeMiB);
  }
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(
    `bench/results/upload${options.memory ? '-memory' : ''}.json`,
    JSON.stringify(results, null, 2),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** Runs the clients alternately, so that changes of the machine's load affect all of them. */
async function raceAt(kind, oursBundle, sizeMiB) {
  const place = await startPlace(kind, process.execPath, dir, sizeMiB);
  if (!place) return say(`Left out: ${kind} is not installed.`);
  try {
    const job = makeJob(place, oursBundle, makeFile(sizeMiB));
    const names = Object.keys(CLIENTS).filter(canRun);
    const runs = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round <= Number(options.runs); round++)
      for (const name of names) {
        const figures = await measure(await CLIENTS[name].command(process.execPath, job), CLIENTS[name]);
        await place.empty();
        // The first round warms up: pools, caches, the file itself.
        if (round > 0) runs[name].push(figures);
      }
    return report(kind, sizeMiB, summarise(runs));
  } finally {
    await place.stop();
  }
}

/**
 * The memory growth over twenty bundles of `sizeMiB` and over one that is twenty times as large. Both send the same
 * bytes in about the same time, so the number of parallel parts, which grows with time, is the same.
 */
async function raceForMemory(kind, oursBundle, sizeMiB) {
  const place = await startPlace(kind, process.execPath, dir, sizeMiB * 20);
  if (!place) return say(`Left out: ${kind} is not installed.`);
  const rows = {};
  try {
    for (const [times, mib] of [
      [20, sizeMiB],
      [1, sizeMiB * 20],
    ]) {
      const job = { ...makeJob(place, oursBundle, makeSparseFile(mib)), times };
      const { rssGrowthBytes, wallMs } = await measure(
        CLIENTS.ours.command(process.execPath, job),
        CLIENTS.ours,
      );
      rows[`${times} × ${mib} MiB`] = { rssGrowthBytes, wallMs };
      say(`${kind}, ${times} × ${mib} MiB (sparse): memory grew by ${(rssGrowthBytes / MIB).toFixed(0)} MiB`);
    }
    return rows;
  } finally {
    await place.stop();
  }
}

function makeJob({ destination, caFile }, oursBundle, file) {
  const aws = `[default]\ns3 =\n  multipart_chunksize = ${PART_SIZE_BYTES}\n  max_concurrent_requests = 4\n`;
  writeFileSync(path.join(dir, `aws-${PART_SIZE_BYTES}`), aws);
  return { destination, caFile, file, oursBundle, partSizeBytes: PART_SIZE_BYTES, times: 1, configDir: dir };
}

function canRun(name) {
  if (only && !only.includes(name)) return false;
  const { program } = CLIENTS[name];
  const found = !program || findProgram(program);
  if (!found) say(`Left out: ${name} is not installed.`);
  return found;
}

function makeFile(sizeMiB) {
  const file = path.join(dir, 'bundle.zip');
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(MIB);
  for (let written = 0; written < sizeMiB; written++) writeSync(handle, randomFillSync(block));
  closeSync(handle);
  return file;
}

function makeSparseFile(sizeMiB) {
  const file = path.join(dir, 'sparse.zip');
  writeFileSync(file, '');
  truncateSync(file, sizeMiB * MIB);
  return file;
}

function summarise(runs) {
  const of = (name, figure) => median(runs[name].map((run) => run[figure]));
  /** The median of the ratios of paired runs, which are adjacent in time. */
  const ratio = (name, peer, figure) =>
    runs[peer] && median(runs[name].map((run, round) => run[figure] / runs[peer][round][figure]));
  return Object.keys(runs).map((name) => ({
    client: name,
    wallMs: of(name, 'wallMs'),
    wallToLibStorage: ratio(name, 'lib-storage', 'wallMs'),
    wallToCurl: ratio(name, 'curl', 'wallMs'),
    wallToUnrecorded: ratio(name, 'ours unrecorded', 'wallMs'),
    cpuMs: of(name, 'cpuMs'),
    cpuToLibStorage: ratio(name, 'lib-storage', 'cpuMs'),
    rssGrowthBytes: of(name, 'rssGrowthBytes'),
  }));
}

function report(kind, sizeMiB, rows) {
  const two = (value) => (value === undefined ? '' : value.toFixed(2));
  say(`\n${sizeMiB} MiB to ${kind}, medians of ${options.runs}\n`);
  say('| client | wall s | to lib-storage | to curl | CPU s | to lib-storage | memory MiB |');
  say('| --- | --- | --- | --- | --- | --- | --- |');
  for (const row of rows)
    say(
      `| ${row.client} | ${two(row.wallMs / 1000)} | ${two(row.wallToLibStorage)} | ${two(row.wallToCurl)} | ` +
        `${two(row.cpuMs / 1000)} | ${two(row.cpuToLibStorage)} | ${(row.rssGrowthBytes / MIB).toFixed(0)} |`,
    );
  const recording = rows.find(({ client }) => client === 'ours')?.wallToUnrecorded;
  if (recording)
    say(`\nProgress and durable state: ${((recording - 1) * 100).toFixed(1)} % of the wall time.`);
  return { sizeMiB, runs: Number(options.runs), rows };
}

function say(line) {
  console.log(line);
}
