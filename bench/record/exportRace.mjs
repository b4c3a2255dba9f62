import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import path from 'node:path';
import { findProgram } from '../../scripts/lib/system.mjs';
import { bundleOurs } from '../lib/bundleOurs.mjs';
import { measure, median } from '../lib/measure.mjs';

const MIB = 1024 ** 2;
const SCREENSHOTS = 3000;
const SESSION_ID = '20261101-101500-00ab';

/**
 * Compares the export of a session of `sizeMiB` and 3,000 screenshots with `cp -r` and `zip -0`, alternately. Each ends
 * when the bytes are on disk.
 * @returns rows of medians and of ratios of paired runs
 */
export async function raceExport(dir, sizeMiB, runs) {
  const sessions = path.join(dir, 'sessions');
  const folder = await makeSession(sessions, sizeMiB);
  const target = path.join(dir, 'copy');
  const ours = await bundleOurs('bench/record/clients/exportOurs.ts');
  const synced = (command) => ['bash', ['-c', `${command} && sync -f "$2"`, 'bash', folder, target], {}];
  const clients = {
    ours: [process.execPath, [ours, sessions, SESSION_ID], {}],
    cp: synced('cp -r "$1" "$2"'),
    ...(findProgram('zip') && {
      'zip -0': synced('mkdir "$2" && cd "$1" && zip -q -0 -r "$2/bundle.zip" .'),
    }),
  };
  const figures = Object.fromEntries(Object.keys(clients).map((name) => [name, []]));
  for (let round = 0; round <= runs; round++)
    for (const [name, command] of Object.entries(clients)) {
      rmSync(target, { recursive: true, force: true });
      rmSync(path.join(folder, `${SESSION_ID}.zip`), { force: true });
      const result = await measure(command, { inProcess: name === 'ours' });
      // The first round warms up: afterwards the input is in memory for all of them.
      if (round > 0) figures[name].push(result);
    }
  return Object.entries(figures).map(([client, results]) => ({
    client,
    wallMs: median(results.map(({ wallMs }) => wallMs)),
    wallToCp: median(results.map(({ wallMs }, round) => wallMs / figures.cp[round].wallMs)),
    ...(client === 'ours' && { rssGrowthBytes: median(results.map(({ rssGrowthBytes }) => rssGrowthBytes)) }),
  }));
}

/** A session like an hour of recording, a third of its bytes in screenshots. */
async function makeSession(sessions, sizeMiB) {
  const folder = path.join(sessions, SESSION_ID);
  for (const name of ['video', 'screenshots']) mkdirSync(path.join(folder, name), { recursive: true });
  const bytes = sizeMiB * MIB;
  const shotBytes = Math.floor(bytes / 3 / SCREENSHOTS);
  const shots = Array.from(
    { length: SCREENSHOTS },
    (_, index) => `screenshots/${String(index + 1).padStart(6, '0')}.jpg`,
  );
  for (const file of shots) writeFileSync(path.join(folder, file), randomFillSync(Buffer.alloc(shotBytes)));
  await writeRandom(path.join(folder, 'video', '0001.mp4'), bytes - shotBytes * SCREENSHOTS);
  writeFileSync(path.join(folder, 'session.json'), JSON.stringify(header(), null, 2));
  const actions = shots.flatMap((_file, index) => stepsOf(index));
  writeFileSync(
    path.join(folder, 'actions.json'),
    `{"version":1,"sessionId":"${SESSION_ID}","actions":[\n${actions.map((action) => JSON.stringify(action)).join(',\n')}\n]}\n`,
  );
  const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  writeFileSync(
    path.join(folder, 'screenshots.jsonl'),
    lines(
      shots.map((file, index) => ({
        tUs: index * 1_200_000,
        file,
        trigger: 'press',
        width: 1600,
        height: 900,
      })),
    ),
  );
  const frames = Array.from({ length: 3600 * 30 }, (_, index) => Math.round((index * 1e6) / 30));
  writeFileSync(
    path.join(folder, 'frames.jsonl'),
    lines(frames.map((tUs) => ({ tUs, segment: 'video/0001.mp4', ptsUs: tUs }))),
  );
  return folder;
}

function stepsOf(index) {
  const at = { display: '1', epoch: 0, x: index % 1600, y: index % 900 };
  const tUs = index * 1_200_000;
  return [
    ...Array.from({ length: 10 }, (_, step) => ({ type: 'move', tUs: tUs + step * 20_000, ...at })),
    { type: 'press', tUs: tUs + 300_000, ...at, button: 1, modifiers: [] },
    { type: 'release', tUs: tUs + 400_000, ...at, button: 1, modifiers: [] },
  ];
}

function header() {
  return {
    version: 1,
    sessionId: SESSION_ID,
    state: 'finished',
    createdAt: 1_790_000_000_000,
    durationUs: 3_600_000_000,
    app: { name: 'Session Recorder', version: '0' },
    os: { platform: 'linux', release: '6', arch: 'x64' },
    source: { id: 'screen:0:0', name: 'Screen', kind: 'screen' },
    geometry: [
      {
        epoch: 0,
        tUs: 0,
        displays: [{ id: '1', name: 'Screen', scaleFactor: 1, x: 0, y: 0, width: 1600, height: 900 }],
      },
    ],
    clocks: [],
    capabilities: [],
    redaction: { keyCodesRecorded: false },
    video: { mimeType: 'video/mp4', segments: ['video/0001.mp4'] },
    microphone: false,
  };
}

async function writeRandom(file, bytes) {
  const out = createWriteStream(file);
  const block = Buffer.alloc(8 * MIB);
  for (let left = bytes; left > 0; left -= block.length) {
    randomFillSync(block);
    // A copy, because a queued write must not change.
    if (!out.write(Buffer.from(block.subarray(0, Math.min(left, block.length))))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}
