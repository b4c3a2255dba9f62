import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../../../local-bucket/localBucket';
import { createS3ObjectStore } from '../../../../src/upload/objectStore/s3/S3ObjectStore';
import { eventually } from '../../../eventually';
import { KEY, makeBundle, makeTempDir, MIB, SESSION, testConfig } from '../support';

const TWO_PARTS = 8 * MIB;

/** A second program that uploads the bundle, and stops before its second part until it may go on. */
function startProgram(what: object) {
  const resolver = path.resolve(import.meta.dirname, '../../../faults/kills/resolveTs.mjs');
  const program = path.join(import.meta.dirname, 'uploadProgram.ts');
  const options = ['--experimental-transform-types', '--no-warnings', '--import', resolver, program];
  const child = spawn(process.execPath, [...options, JSON.stringify(what)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Not the test runner’s own options for its workers.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  return {
    said,
    hears: (word: string) => eventually(() => expect(said).toContain(word)),
    goOn: () => child.stdin.write('\n'),
    kill: () => child.kill('SIGKILL'),
  };
}

async function setUp() {
  const bucket = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => bucket.close());
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const keys = { accessKeyId, secretAccessKey };
  const place = { endpoint, region, bucket: bucket.bucket, forcePathStyle: true };
  const { file, content } = await makeBundle(await makeTempDir(), TWO_PARTS);
  const config = { ...testConfig, ...place, ...keys };
  const what = { config, bundleFile: file, sessionId: SESSION };
  const store = createS3ObjectStore({ ...place, credentials: keys, now: () => Date.now() });
  onTestFinished(() => store.close());
  return { what, content, store };
}

test('two programs that upload to one key leave each other’s unfinished upload alone', async () => {
  const { what, content, store } = await setUp();
  const first = startProgram(what);
  await first.hears('waiting');
  const second = startProgram(what);
  await second.hears('waiting');
  expect(await store.listMultipartUploads({ prefix: KEY })).toHaveLength(2);
  second.kill();
  first.goOn();
  await first.hears('done');
  // Each part once: nothing of it was taken away meanwhile.
  expect(first.said.filter((line) => line.startsWith('part')).toSorted()).toEqual(['part 1', 'part 2']);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await store.getObject({ key: KEY })).body) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  expect(await store.listMultipartUploads({ prefix: KEY })).toHaveLength(1);
});
