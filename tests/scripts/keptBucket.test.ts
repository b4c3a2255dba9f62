import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it, onTestFinished } from 'vitest';

const lib = JSON.stringify(path.resolve('scripts', 'lib', 'keptBucket.mjs'));
const dir = mkdtempSync(path.join(os.tmpdir(), 'kept-bucket-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Keeps a bucket, with what it takes to kill its process as a crash does, and to wait until its place answers again. */
const KEEPS = `const { keepBucket } = await import(${lib});
  const bucket = await keepBucket(process.execPath, ${JSON.stringify(dir)});
  const answers = () => fetch(bucket.endpoint).then(() => true, () => false);
  const die = async () => {
    process.kill(bucket.pid(), 'SIGKILL');
    while (await answers());
  };
  if (await answers()) console.log('runs');
  const first = bucket.pid();
  await die();
  while (!(await answers()) || bucket.pid() === first);
  console.log('runs again');`;

/** What a program and the bucket it keeps print. */
async function printed(program: string): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  await once(child, 'close');
  return lines;
}

const AGAIN =
  '[session-recorder] The local bucket ended (SIGKILL) and is started again; uploads go on by themselves.';

it('a local bucket that dies is started again at the same place, with one line; one that is stopped is not', async () => {
  const program = `${KEEPS}
    bucket.stop();
    while (await answers());
    console.log('stopped');`;
  expect(await printed(program)).toEqual(['runs', AGAIN, 'runs again', 'stopped']);
});

it('a local bucket that dies as soon as it was started again is left, and that is said', async () => {
  expect(await printed(`${KEEPS} await die();`)).toEqual([
    'runs',
    AGAIN,
    'runs again',
    '[session-recorder] The local bucket ended (SIGKILL) as soon as it was started again. Uploads wait until you quit the app and start it again.',
  ]);
});
