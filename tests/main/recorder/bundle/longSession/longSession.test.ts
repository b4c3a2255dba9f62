import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { countActions } from '../../../../../src/main/sessions/actionsFile';
import { sessionPaths } from '../../../../../src/main/sessions/sessionPaths';
import { temporaryFolder } from '../../recorderHouse';

const exec = promisify(execFile);
const ID = '20261101-101500-00ab';
/** More than an hour of a pointer that never rests, at 60 moves a second; `LONG_ACTIONS=2000000` for nine hours. */
const ACTIONS = Number(process.env.LONG_ACTIONS ?? 300_000);
const PER_WRITE = 10_000;
const MIB = 1024 * 1024;
/** What it may hold of objects at a time: as parsed objects the log would take several times as much. */
const HEAP_MIB = 24;

function* logText(actions: number): Generator<string> {
  for (let from = 0; from < actions; from += PER_WRITE) {
    let text = '';
    for (let at = from; at < from + PER_WRITE; at += 1) {
      const move = { type: 'move', tUs: at * 16_667, display: '1', epoch: 0, x: at % 1600, y: at % 900 };
      text += `${JSON.stringify(move)}\n`;
    }
    yield text;
  }
}

/** Finalises a log of so many actions in a process of its own. @returns by how much its memory grew, in bytes */
async function growth(actions: number): Promise<number> {
  const sessionsDir = await temporaryFolder();
  const paths = sessionPaths(sessionsDir, ID);
  await mkdir(paths.folder);
  await pipeline(Readable.from(logText(actions)), createWriteStream(paths.actionsLog));
  const resolver = path.resolve(import.meta.dirname, '../../../../faults/kills/resolveTs.mjs');
  const options = [
    `--max-old-space-size=${HEAP_MIB}`,
    '--experimental-transform-types',
    '--no-warnings',
    '--import',
    resolver,
  ];
  const program = path.join(import.meta.dirname, 'finaliseProcess.ts');
  const { stdout } = await exec(process.execPath, [...options, program, paths.folder]);
  expect(await countActions(paths.actions)).toBe(actions);
  return (JSON.parse(stdout) as { grewBytes: number }).grewBytes;
}

it('finalises hours of input with little memory, however long they were', async () => {
  const grewBytes = await growth(ACTIONS);
  console.log(
    `finalising ${ACTIONS} actions in a heap of ${HEAP_MIB} MiB: +${Math.round(grewBytes / MIB)} MiB`,
  );
}, 300_000);
