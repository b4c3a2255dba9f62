import fc from 'fast-check';
import { utimes } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { eventually } from '../eventually';
import { storeFailure, type StoreFault } from '../fakes/storeFaults';
import { makeTempDir, MIB, testConfig } from '../main/upload/support';
import { D, House, makeHouse, turnOfLoop } from './runnerHouse';

test('uploads every file once, with one request each, no more at once than is allowed', async () => {
  const house = await makeHouse({ parallel: 3 });
  await house.runner.enqueue(await house.files(150));
  await house.untilIdle();
  expect(house.ended('uploaded')).toHaveLength(150);
  expect(house.store.calls).toHaveLength(150);
  expect(house.content('in/f7')).toBe('content 7');
  expect(house.mostRunning).toBe(3);
  expect(await house.statuses()).toEqual({ done: 150 });
});

test('files that may replace anything need one request each, whatever stands at their keys', async () => {
  const house = await makeHouse();
  const wanted = Array.from({ length: 1000 }, (_, at) =>
    house.file(`f${at}`, `content ${at}`, { ifExists: 'replace' }),
  );
  for (const key of ['in/f1', 'in/f2'])
    await house.store.putObject({ key, body: Buffer.from('theirs'), contentType: 'a/b' });
  house.store.calls.length = 0;
  await house.runner.enqueue(await Promise.all(wanted));
  await house.untilIdle();
  expect(house.ended('uploaded')).toHaveLength(1000);
  expect(house.content('in/f1')).toBe('content 1');
  expect(house.store.calls).toHaveLength(1000);
});

test('asked again, looks for unchanged files by one HEAD each, and sends changed and lost ones', async () => {
  const house = await makeHouse();
  const files = await house.files(4);
  await house.runner.enqueue(files);
  await house.untilIdle();
  house.store.objects.delete('in/f1');
  const changed = await house.file('f2', 'changed, and longer');
  const touched = await house.file('f3', 'content 3');
  await utimes(touched.job.source, 1, 1);
  house.store.calls.length = 0;
  await house.runner.enqueue([files[0]!, files[1]!, changed, touched]);
  await house.untilIdle();
  expect(house.ended('unchanged').toSorted()).toEqual(['f0', 'f3']);
  expect(house.content('in/f1')).toBe('content 1');
  expect(house.content('in/f2')).toBe('changed, and longer');
  const puts = house.store.calls.filter(({ operation }) => operation === 'putObject').map(({ key }) => key);
  // Of a touched file the content is compared: nothing of it is sent.
  expect([...new Set(puts)].toSorted()).toEqual(['in/f1', 'in/f2']);
  expect(house.store.calls.filter(({ key }) => key === 'in/f0')).toHaveLength(1);
  expect(house.store.calls.filter(({ key }) => key === 'in/f3')).toHaveLength(1);
});

test('files whose objects may not be asked for share one store', async () => {
  const house = await makeHouse();
  const files = await house.files(4);
  await house.runner.enqueue(files);
  await house.untilIdle();
  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  for (const { job } of files)
    house.store.faults.add({ on: { key: job.target.key }, when: 'before', failure });
  house.storesMade = 0;
  await house.runner.enqueue(files);
  await house.untilIdle();
  expect(house.ended('unchanged')).toHaveLength(4);
  expect(house.storesMade).toBeLessThanOrEqual(1);
});

test('an unchanged file has what could not be aborted before aborted', async () => {
  const house = await makeHouse();
  const files = await house.files(1);
  await house.runner.enqueue(files);
  await house.untilIdle();
  const { key } = files[0]!.job.target;
  const { uploadId } = await house.store.createMultipartUpload({ key, contentType: 'a/b' });
  const pendingAborts = [{ bucket: testConfig.bucket, key, uploadId }];
  await house.table().save({ ...(await house.table().read('f0'))!, pendingAborts });
  await house.runner.enqueue(files);
  await house.untilIdle();
  expect(house.ended('unchanged')).toEqual(['f0']);
  expect(house.store.uploads.size).toBe(0);
  expect(await house.table().read('f0')).toMatchObject({ status: 'done', pendingAborts: [] });
});

test('same size, other content: sent again', async () => {
  const house = await makeHouse();
  await house.runner.enqueue([await house.file('a', 'one')]);
  await house.untilIdle();
  await house.runner.enqueue([await house.file('a', 'two')]);
  await house.untilIdle();
  expect(house.content('in/a')).toBe('two');
});

test.each([
  ['unreachable', {}],
  ['throttle', { retryAfterMs: 3000 }],
] as const)(
  '%s holds all files of a destination back, however long, and charges none',
  async (verdict, facts) => {
    const house = await makeHouse({ maxRetries: 1 });
    house.store.faults.add({ on: {}, when: 'before', failure: storeFailure(verdict, 'X', facts), times: 60 });
    await house.runner.enqueue(await house.files(5));
    await house.untilIdle();
    expect(house.ended('uploaded')).toHaveLength(5);
    expect((await house.table().readAll()).map(({ retryCount }) => retryCount)).toEqual([0, 0, 0, 0, 0]);
    const held = house.events.filter(({ kind }) => kind === 'held');
    // One probe at a time after the first refusals, which came together.
    expect(held.length).toBeGreaterThan(40);
    expect(house.events.some(({ kind }) => kind === 'open')).toBe(true);
  },
);

test('a fault on the way is tried again until the attempts are used up', async () => {
  const house = await makeHouse({ maxRetries: 2 });
  const fault = (times: number, key: string): StoreFault => ({
    ...{ on: { key }, when: 'before', times },
    failure: storeFailure('retry'),
  });
  house.store.faults.add(fault(2, 'in/f0'));
  house.store.faults.add(fault(9, 'in/f1'));
  await house.runner.enqueue(await house.files(3));
  await house.untilIdle();
  expect(house.ended('uploaded').toSorted()).toEqual(['f0', 'f2']);
  expect(house.ended('failed')).toEqual(['f1']);
  expect(await house.table().read('f1')).toMatchObject({ status: 'failed', retryCount: 2, retryable: true });
});

test('a foreign object is not overwritten, and the others go on', async () => {
  const house = await makeHouse();
  await house.store.putObject({
    key: 'in/f1',
    body: Buffer.from('mine'),
    contentType: 'a/b',
    metadata: { x: 'y' },
  });
  await house.runner.enqueue(await house.files(3));
  await house.untilIdle();
  expect(house.ended('failed')).toEqual(['f1']);
  expect(house.content('in/f1')).toBe('mine');
  expect(house.ended('uploaded').toSorted()).toEqual(['f0', 'f2']);
});

test('keys that nothing accepts block the destination, and no file counts as failed', async () => {
  const house = await makeHouse();
  const problem = { code: 'InvalidAccessKeyId', facts: { kind: 'access-key-unknown' } } as const;
  const refusal = new ObjectStoreError({ verdict: 'needs-user', problem, httpStatus: 403 });
  house.store.faults.add({ on: {}, when: 'before', failure: refusal, times: 20 });
  await house.runner.enqueue(await house.files(50));
  await house.untilIdle();
  expect(house.events.filter(({ kind }) => kind === 'blocked')).toMatchObject([
    { destinationId: D, problem: { code: 'InvalidAccessKeyId' } },
  ]);
  await eventually(() => expect(house.running.size).toBe(0));
  expect(house.ended('failed')).toEqual([]);
  expect(house.store.calls.length).toBeLessThan(10);
  house.store.faults.clear();
  house.runner.unblock(D);
  await eventually(() => expect(house.ended('uploaded')).toHaveLength(50));
});

test('pause stops what runs and resume goes on with it', async () => {
  const house = await makeHouse({ parallel: 2 });
  house.store.faults.add({ on: { operation: 'putObject' }, when: 'hang', times: 2 });
  await house.runner.enqueue(await house.files(6));
  await eventually(() => expect(house.calls('putObject')).toBe(2));
  await house.runner.pause();
  expect(house.running.size).toBe(0);
  expect(house.ended('uploaded')).toEqual([]);
  house.runner.resume();
  await house.untilIdle();
  expect(house.ended('uploaded')).toHaveLength(6);
});

test('a large file goes on from its parts after a stop and a restart', async () => {
  const house = await makeHouse();
  const content = Buffer.alloc(12 * MIB, 7);
  house.store.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'hang' });
  await house.runner.enqueue([await house.file('large', content)]);
  await eventually(() => expect(house.calls('uploadPart')).toBe(3));
  await eventually(async () => {
    house.clock.advance(1000);
    expect((await house.table().read('large'))?.multipart?.parts).toHaveLength(2);
  });
  await house.close();
  house.open();
  expect(await house.statuses()).toEqual({ pending: 1 });
  house.runner.begin(D);
  await house.untilIdle();
  expect(house.calls('createMultipartUpload')).toBe(1);
  expect(house.calls('uploadPart')).toBe(4);
  expect(content.equals(house.store.objects.get('in/large')!.body)).toBe(true);
  expect(house.store.uploads.size).toBe(0);
});

test('a file that is asked for again while it is uploaded begins again afterwards', async () => {
  const house = await makeHouse();
  const { promise, resolve } = Promise.withResolvers<void>();
  house.store.faults.add({ on: { operation: 'putObject' }, when: 'hang', release: promise });
  await house.runner.enqueue([await house.file('a', 'first')]);
  await eventually(() => expect(house.calls('putObject')).toBe(1));
  await house.runner.enqueue([await house.file('a', 'second')]);
  resolve();
  await house.untilIdle();
  await eventually(() => expect(house.content('in/a')).toBe('second'));
  expect(house.doubleRuns).toBe(0);
});

test('the next file is uploaded while the end of one is being written', async () => {
  const house = await makeHouse({ parallel: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  house.savesWait = promise;
  const files = await house.files(3);
  await house.runner.enqueue(files);
  await eventually(() => expect(house.calls('putObject')).toBe(3));
  // Asked for again: it must not run beside its own end.
  await house.runner.enqueue(files.slice(0, 1));
  expect(house.ended('uploaded')).toEqual([]);
  resolve();
  await house.untilIdle();
  expect(house.ended('uploaded')).toEqual(['f0', 'f1', 'f2']);
  await eventually(() => expect(house.ended('unchanged')).toEqual(['f0']));
});

test('a job that is asked for while its end is put back runs once at a time', async () => {
  const gate = Promise.withResolvers<void>();
  const running: string[] = [];
  let most = 0;
  const house: House = await makeHouse({
    onEvent: (event) => {
      house.events.push(event);
      if (event.kind === 'begun') running.push(event.jobId);
      if (event.kind === 'ended') running.splice(running.indexOf(event.job.jobId), 1);
      most = Math.max(most, running.length);
      if (event.kind !== 'blocked') return;
      house.savesFail = false;
      house.savesWait = gate.promise;
    },
  });
  house.savesFail = true;
  const files = await house.files(1);
  await house.runner.enqueue(files);
  await eventually(() => expect(house.events.some(({ kind }) => kind === 'blocked')).toBe(true));
  // The job is added after it was put back.
  house.readTurns = 40;
  const asked = house.runner.enqueue(files);
  await turnOfLoop();
  gate.resolve();
  await asked;
  await eventually(() => expect(house.ended('again')).toEqual(['f0']));
  house.savesWait = undefined;
  house.runner.unblock(D);
  await house.untilIdle();
  expect(house.ended('unchanged')).toEqual(['f0']);
  expect(most).toBe(1);
  expect(house.content('in/f0')).toBe('content 0');
});

test('a small file that is rewritten while it is uploaded is uploaded again', async () => {
  const house = await makeHouse();
  const { promise, resolve } = Promise.withResolvers<void>();
  house.store.faults.add({ on: { operation: 'putObject' }, when: 'hang', release: promise });
  await house.runner.enqueue([await house.file('a', 'half old')]);
  await eventually(() => expect(house.calls('putObject')).toBe(1));
  await house.file('a', 'all new!');
  resolve();
  await house.untilIdle();
  expect(house.content('in/a')).toBe('all new!');
  expect(house.ended('uploaded')).toEqual(['a']);
});

test('a file that grew since it was found is uploaded as it is', async () => {
  const house = await makeHouse();
  const found = await house.file('a', 'short');
  await house.file('a', 'much longer');
  await house.runner.enqueue([found]);
  await house.untilIdle();
  expect(house.content('in/a')).toBe('much longer');
});

test('files that are asked for again and again while they are claimed run once at a time', async () => {
  const house = await makeHouse();
  house.readTurns = 3;
  const files = await house.files(40);
  await Promise.all(Array.from({ length: 30 }, () => house.runner.enqueue(files)));
  for (let again = 0; again < 30; again += 1) {
    void house.runner.enqueue(files.slice(again % 10));
    await turnOfLoop();
  }
  await house.untilIdle();
  await eventually(async () => expect(await house.statuses()).toEqual({ done: 40 }));
  expect(house.doubleRuns).toBe(0);
  // Each further run found the file in the bucket.
  expect(house.calls('putObject')).toBe(40);
});

test('a state that cannot be recorded stops its destination instead of sending without end', async () => {
  const house = await makeHouse();
  await house.runner.enqueue(await house.files(20));
  house.savesFail = true;
  await house.untilIdle();
  expect(house.events.filter(({ kind }) => kind === 'blocked')).toMatchObject([
    { problem: { code: 'ENOSPC' } },
  ]);
  await eventually(() => expect(house.running.size).toBe(0));
  expect(house.ended('uploaded')).toEqual([]);
  // Four at once, and four more while the ends of the first could not be written.
  expect(house.store.calls.length).toBeLessThanOrEqual(8);
  house.savesFail = false;
  house.runner.unblock(D);
  await eventually(() => expect(house.ended('uploaded').length + house.ended('unchanged').length).toBe(20));
});

test('whatever goes wrong on the way, every file arrives whole, and no job runs twice at once', async () => {
  const verdict = fc.constantFrom('unreachable', 'retry', 'throttle', 'gone', 'corrupt' as const);
  const fault = fc.record({
    file: fc.nat(5),
    when: fc.constantFrom('before', 'after' as const),
    verdict,
    times: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 8 }), fc.nat(2), async (faults, restarts) => {
      const house = new House(await makeTempDir(), { parallel: 2, maxRetries: 50 });
      try {
        for (const { file, when, verdict: what, times } of faults) {
          const failure = storeFailure(what === 'corrupt' ? 'retry' : what);
          house.store.faults.add({ on: { key: `in/f${file}` }, when, failure, times });
        }
        const files = await house.files(6);
        for (let restart = 0; restart < restarts; restart += 1) {
          await house.runner.enqueue(files);
          await eventually(() => expect(house.store.calls.length).toBeGreaterThan(restart), 1);
          await house.close();
          house.open();
        }
        await house.runner.enqueue(files);
        await house.untilIdle();
        expect(await house.statuses()).toEqual({ done: 6 });
        for (let at = 0; at < 6; at += 1) expect(house.content(`in/f${at}`)).toBe(`content ${at}`);
        expect(house.doubleRuns).toBe(0);
        expect(house.mostRunning).toBeLessThanOrEqual(2);
      } finally {
        await house.close();
      }
    }),
    { numRuns: 25 },
  );
});
