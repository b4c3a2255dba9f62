import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';

const lib = JSON.stringify(path.resolve('scripts', 'lib', 'keptBucket.mjs'));
const dir = mkdtempSync(path.join(os.tmpdir(), 'kept-bucket-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Keeps a bucket, kills its process as a crash does, and waits until its place answers again. */
const PROGRAM = `const { keepBucket } = await import(${lib});
  const bucket = await keepBucket(process.execPath, ${JSON.stringify(dir)});
  const answers = () => fetch(bucket.endpoint).then(() => true, () => false);
  if (await answers()) console.log('runs');
  process.kill(bucket.pid, 'SIGKILL');
  while (await answers());
  while (!(await answers()));
  console.log('runs again');
  bucket.stop();
  while (await answers());
  console.log('stopped');`;

it('a local bucket that dies is started again at the same place, with one line; one that is stopped is not', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  await once(child, 'close');
  expect(lines).toEqual([
    'runs',
    '[session-recorder] The local bucket ended (SIGKILL) and is started again; uploads go on by themselves.',
    'runs again',
    'stopped',
  ]);
});
