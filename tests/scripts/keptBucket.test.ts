import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { startLocalBucket } from '../../local-bucket/localBucket';

const lib = JSON.stringify(path.resolve('scripts', 'lib', 'keptBucket.mjs'));
const dir = mkdtempSync(path.join(os.tmpdir(), 'kept-bucket-'));
beforeEach(() => mkdirSync(dir, { recursive: true }));
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
    // Claims are kept there, and not in the home folder of the person who runs the tests.
    env: { ...process.env, XDG_RUNTIME_DIR: dir },
  });
  onTestFinished(() => void child.kill());
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  await once(child, 'close');
  return lines;
}

/** Another user's server at a bucket's old address, which says yes to everything. `heard` is all it was sent. */
async function impostor() {
  let heard = '';
  const server = createServer((request, response) => {
    heard += `${request.method} ${request.url} ${JSON.stringify(request.headers)}\n`;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard: () => heard };
}

const KEYS = {
  bucket: 'recordings',
  region: 'us-east-1',
  accessKeyId: 'LOCAL1',
  secretAccessKey: 's3cret-s3cret',
};

it('another server at the address of the local bucket is told nothing, and a bucket is started elsewhere', async () => {
  const other = await impostor();
  writeFileSync(path.join(dir, 'bucket.json'), JSON.stringify({ ...KEYS, endpoint: other.endpoint }));
  const [told] = await printed(`const { keepBucket } = await import(${lib});
    const bucket = await keepBucket(process.execPath, ${JSON.stringify(dir)});
    console.log(JSON.stringify(bucket));
    bucket.stop();`);
  const { endpoint, accessKeyId, provesItself } = JSON.parse(told!) as Record<string, unknown>;
  expect({ accessKeyId, provesItself }).toEqual({ accessKeyId: KEYS.accessKeyId, provesItself: true });
  expect(endpoint).not.toBe(other.endpoint);
  expect(other.heard()).toMatch(/^GET \/\.local-bucket\/proof\?nonce=[0-9a-f]{64} [^\n]*\n$/);
  expect(other.heard()).not.toMatch(/authorization|LOCAL1|s3cret|recordings/i);
});

it('a bucket of the folder that runs already is taken as it is', async () => {
  const bucket = await startLocalBucket({ dir });
  onTestFinished(() => bucket.close());
  const program = `const { keepBucket } = await import(${lib});
    const bucket = await keepBucket(process.execPath, ${JSON.stringify(dir)});
    console.log(bucket.endpoint, bucket.pid);`;
  expect(await printed(program)).toEqual([`${bucket.endpoint} undefined`]);
});

it.each(['', '{ "endpoint": 7 }', '[]', '{ "endpoint": "http://192.0.2.1", "secretAccessKey": "x" }'])(
  'settings of a bucket that cannot be used (%s) are set aside, and it starts',
  async (content) => {
    writeFileSync(path.join(dir, 'bucket.json'), content);
    const lines = await printed(`const { keepBucket } = await import(${lib});
      const bucket = await keepBucket(process.execPath, ${JSON.stringify(dir)});
      console.log('runs');
      bucket.stop();`);
    expect(lines).toContain('runs');
    const aside = readdirSync(dir).filter((name) => name.startsWith('bucket.json.corrupt-'));
    expect(aside.map((name) => readFileSync(path.join(dir, name), 'utf8'))).toEqual([content]);
  },
);

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
