import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newJobState } from '../../src/upload/queue/queueState';
import { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { StorePool } from '../../src/upload/objectStore/storePool';
import { Uploader } from '../../src/upload/uploader';
import type { ProblemFacts } from '../../src/shared/problem';
import type { UploadConfig } from '../../src/shared/upload';
import { FakeClock } from '../fakes/FakeClock';
import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { storeFailure } from '../fakes/storeFaults';
import {
  capabilityMap,
  countingRandom,
  KEEPS_CRC32,
  makeTempDir,
  quietLog,
  testConfig,
} from '../main/upload/support';

const PROFILE: UploadConfig = { ...testConfig, accessKeyId: '', awsProfile: 'team' };

/** An uploader whose stores are all one bucket; `made` counts them. */
async function makeHouse() {
  const bucket = new MemoryObjectStore();
  const dir = await makeTempDir();
  const clock = new FakeClock();
  let made = 0;
  const stores = new StorePool(() => {
    made += 1;
    return bucket;
  }, clock);
  const capabilities = capabilityMap(KEEPS_CRC32);
  const uploader = new Uploader({ stores, capabilities, clock, random: countingRandom(), log: quietLog });
  const run = (name: string, config: UploadConfig, target: { ifExists: 'refuse' | 'replace' }) =>
    uploader.uploadFile({
      jobId: name,
      source: path.join(dir, name),
      target: { key: name, contentType: 'text/plain', metadata: {}, proof: 'reply', ...target },
      state: newJobState(name, 0),
      config,
      signal: new AbortController().signal,
      save: async () => undefined,
    });
  return {
    bucket,
    made: () => made,
    write: (name: string) => writeFile(path.join(dir, name), name),
    /** @returns the code of the failure, or undefined */
    upload: (name: string, config = testConfig, ifExists: 'refuse' | 'replace' = 'refuse') =>
      run(name, config, { ifExists }).then(
        () => undefined,
        (error: ObjectStoreError) => error.problem.code,
      ),
  };
}

function refusal(code: string, facts: ProblemFacts): ObjectStoreError {
  return new ObjectStoreError({ verdict: 'needs-user', problem: { code, facts }, httpStatus: 403 });
}
const DENIED = refusal('AccessDenied', { kind: 'denied', bucket: 'b' });

test('files that fail for a reason of their own share one store', async () => {
  const house = await makeHouse();
  for (const name of ['a', 'b', 'c']) await house.write(name);
  for (const key of ['a', 'b'])
    await house.bucket.putObject({ key, body: Buffer.from('theirs'), contentType: 'a/b' });
  expect(await house.upload('a')).toBe('ObjectExists');
  expect(await house.upload('b')).toBe('ObjectExists');
  expect(await house.upload('gone')).toBe('BundleMissing');
  house.bucket.faults.add({ on: { key: 'c' }, when: 'before', failure: DENIED, times: 9 });
  expect(await house.upload('c')).toBe('AccessDenied');
  house.bucket.faults.clear();
  expect(await house.upload('c')).toBeUndefined();
  expect(house.made()).toBe(1);
});

test.each([
  ['an unreachable server', storeFailure('unreachable', 'ECONNREFUSED'), testConfig],
  ['a broken connection', storeFailure('retry', 'ECONNRESET'), testConfig],
  ['a busy server', storeFailure('throttle', 'SlowDown'), testConfig],
  ['a damaged body', storeFailure('corrupt', 'BadDigest'), testConfig],
  ['unknown keys', refusal('InvalidAccessKeyId', { kind: 'access-key-unknown' }), testConfig],
  ['keys of a profile without the right', DENIED, PROFILE],
])('a file after %s gets a new store', async (_, failure, config) => {
  const house = await makeHouse();
  await house.write('a');
  await house.write('b');
  house.bucket.faults.add({ on: { key: 'a' }, when: 'before', failure, times: 99 });
  expect(await house.upload('a', config)).toBe(failure.problem.code);
  expect(await house.upload('b', config)).toBeUndefined();
  expect(house.made()).toBe(2);
});
