import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import type { BucketCheck, UploadState } from '../../../src/shared/upload';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';
const KEY = `sessions/${A}/${A}.zip`;
const LOCATION = `s3://recordings/${KEY}`;
const size = 11 * MIB;

async function appWithUpload(bytes = size) {
  const app = await start();
  await app.sessions.addExported(A, new Uint8Array(bytes));
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  app.clock.advance(60_000);
  return { app, ...asking(app) };
}

function asking(app: Awaited<ReturnType<typeof start>>) {
  const check = () => app.value<BucketCheck>('checkUpload', A);
  const found = async () => (await app.row(A)).uploaded?.check?.found;
  return { check, found };
}

async function exportAnew(bundle: string): Promise<void> {
  const { atime, mtimeMs } = await stat(bundle);
  await writeFile(bundle, new Uint8Array(9).fill(1));
  await utimes(bundle, atime, new Date(mtimeMs + 5000));
}

test.each([9, size])(
  'what is still there, size and checksum, is told with the time (%i bytes)',
  async (n) => {
    const { app, check } = await appWithUpload(n);
    const checkedAt = app.clock.now();
    expect(await check()).toEqual({ found: 'same', sizeBytes: n, checkedAt });
    expect((await app.row(A)).uploaded).toEqual({
      location: LOCATION,
      sizeBytes: n,
      verifiedAt: checkedAt - 60_000,
      check: { found: 'same', checkedAt },
    });
    expect(app.pushed.at(-1)).toEqual({ name: 'sessions:changed', payload: { sessionId: A } });
  },
);

test('what is gone is told, also by the next start of the app, and can be uploaded again', async () => {
  const { app, check } = await appWithUpload();
  expect(await app.call('uploadSession', A)).toMatchObject({ error: { code: 'AlreadyUploaded' } });
  app.store.objects.clear();
  expect(await check()).toMatchObject({ found: 'gone' });
  await app.system.close();
  const later = await start(app);
  expect(await asking(later).found()).toBe('gone');
  await later.value('uploadSession', A);
  await eventually(() => expect(later.store.objects.get(KEY)?.body).toHaveLength(size));
  await later.until(A, 'done');
  expect((await later.row(A)).uploaded?.check).toBeUndefined();
  expect(await asking(later).check()).toMatchObject({ found: 'same' });
});

test('an object of another upload, of another size, or with another checksum is told as another', async () => {
  const { app, check } = await appWithUpload();
  const object = app.store.objects.get(KEY)!;
  const { head } = object;
  const others = [
    { ...head, metadata: { ...head.metadata, 'upload-token': 'somebody else’s' } },
    { ...head, size: head.size - 1 },
    { ...head, checksum: { ...head.checksum!, value: 'AAAAAA==-3' } },
  ];
  for (const other of others) {
    app.store.objects.set(KEY, { ...object, head: other });
    expect(await check()).toMatchObject({ found: 'other', sizeBytes: other.size });
  }
  app.store.objects.set(KEY, object);
  expect(await check()).toMatchObject({ found: 'same' });
});

test('a checksum that the server tells no more is no sign of another object, and another ETag is', async () => {
  const { app, check } = await appWithUpload();
  const object = app.store.objects.get(KEY)!;
  const head = { ...object.head, checksum: undefined };
  app.store.objects.set(KEY, { ...object, head });
  expect(await check()).toMatchObject({ found: 'same' });
  app.store.objects.set(KEY, { ...object, head: { ...head, etag: '"another"' } });
  expect(await check()).toMatchObject({ found: 'other' });
});

test('a bucket that cannot be asked changes nothing that is known', async () => {
  const { app, check, found } = await appWithUpload();
  await check();
  const denied = storeFailure('needs-user', 'HTTP403', { httpStatus: 403 });
  app.store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure: denied });
  expect(await check()).toMatchObject({ found: 'unknown', error: { code: 'NotTold' } });
  const asked = Promise.withResolvers<void>();
  const onReached = asked.resolve;
  app.store.faults.add({ on: { operation: 'headObject' }, when: 'hang', onReached });
  const hanging = check();
  await asked.promise;
  app.clock.advance(10_000);
  expect(await hanging).toMatchObject({ found: 'unknown', error: { code: 'NoAnswer' } });
  expect(await found()).toBe('same');
});

test('what lies on another server than that of the settings cannot be asked for', async () => {
  const { app, check } = await appWithUpload();
  const elsewhere = { ...form, endpoint: 'https://elsewhere.example.com' };
  await app.value('setUploadConfig', elsewhere);
  expect(await check()).toMatchObject({ found: 'unknown', error: { code: 'OtherDestination' } });
});

test('a session that was never uploaded has nothing to ask for', async () => {
  const app = await start();
  await app.sessions.addExported(A, new Uint8Array(9));
  expect(await app.call('checkUpload', A)).toMatchObject({ ok: false, error: { code: 'NotUploaded' } });
  expect((await app.row(A)).uploaded).toBeUndefined();
});

test('the older version stays known while a newer one is on its way, and after that was cancelled', async () => {
  const { app, check } = await appWithUpload();
  await exportAnew(app.sessions.bundleFile(A));
  expect(await check()).toMatchObject({ found: 'same', sizeBytes: size });
  app.store.faults.add({ on: { operation: 'putObject' }, when: 'hang' });
  await app.value('replaceUpload', A);
  await app.until(A, 'uploading');
  expect(await app.row(A)).toMatchObject({ uploaded: { sizeBytes: size }, location: undefined });
  await app.value('cancelUpload', A);
  await app.until(A, 'not_uploaded');
  expect(await check()).toMatchObject({ found: 'same', sizeBytes: size });
  expect(await app.call('uploadSession', A)).toMatchObject({ error: { code: 'WouldReplace' } });
  expect(await app.value('uploadAllSessions')).toEqual({ queued: 0 });
});

test('nothing is replaced where the settings lead to another place, or nothing stands there any more', async () => {
  const { app, check } = await appWithUpload();
  await exportAnew(app.sessions.bundleFile(A));
  await app.value('setUploadConfig', { ...form, keyPrefix: 'other/' });
  await app.value('uploadSession', A);
  await eventually(() =>
    expect([...app.store.objects.keys()]).toEqual([KEY, KEY.replace('sessions', 'other')]),
  );
  await app.until(A, 'done');
  await exportAnew(app.sessions.bundleFile(A));
  app.store.objects.clear();
  await check();
  await app.value('uploadSession', A);
  await app.until(A, 'done');
});

test('what was agreed to for another place is no yes for this one', async () => {
  const { app } = await appWithUpload();
  await exportAnew(app.sessions.bundleFile(A));
  await app.value('setUploadConfig', { ...form, keyPrefix: 'other/' });
  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  app.store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure, times: 9 });
  await app.value('uploadSession', A);
  await app.until(A, 'failed');
  app.store.faults.clear();
  await app.value('setUploadConfig', { ...form, keyPrefix: 'sessions/' });
  for (const command of ['uploadSession', 'retryUpload'] as const)
    expect(await app.call(command, A)).toMatchObject({ error: { code: 'WouldReplace' } });
  expect(app.store.objects.get(KEY)?.body).toHaveLength(size);
  await app.value('replaceUpload', A);
  await app.until(A, 'done');
  expect(app.store.objects.get(KEY)?.body).toHaveLength(9);
});

test('a state that an older version wrote is checked by its result', async () => {
  const { app } = await appWithUpload();
  await app.system.close();
  const file = app.sessions.uploadStateFile(A);
  const { uploaded: _new, ...older } = JSON.parse(await readFile(file, 'utf8')) as UploadState;
  await writeFile(file, JSON.stringify(older));
  const later = await start(app);
  expect(await asking(later).check()).toMatchObject({ found: 'same' });
});

test.each(['made', 'put back'])(
  'an upload that failed for want of its bundle complains no more once one is %s',
  async (how) => {
    const app = await start();
    await app.sessions.addExported(A, new Uint8Array(9));
    app.store.faults.add({ on: { operation: 'headObject' }, when: 'hang' });
    await app.value('setUploadConfig', form);
    // Another upload holds the queue until the bundle is gone.
    await app.sessions.addExported(B, new Uint8Array(9));
    await app.value('uploadSession', B);
    await app.until(B, 'uploading');
    await app.value('uploadSession', A);
    await rm(app.sessions.bundleFile(A));
    await app.value('cancelUpload', B);
    await app.until(A, 'failed');
    expect((await app.row(A)).upload?.reason).toEqual({ kind: 'file' });
    await app.sessions.addExported(A, new Uint8Array(9));
    if (how === 'made') await app.system.bundleMade(A);
    else await app.system.follow({ appeared: [], gone: [], bundlesBack: [A] });
    expect(await app.row(A)).toMatchObject({ uploadStatus: 'not_uploaded', lastUploadError: undefined });
  },
);

test('what an upload finds where an earlier one left its object is known like by a Check', async () => {
  const { app, found } = await appWithUpload();
  await exportAnew(app.sessions.bundleFile(A));
  app.store.objects.clear();
  app.store.faults.add({ on: { operation: 'putObject' }, when: 'hang' });
  await app.value('replaceUpload', A);
  await eventually(async () => expect(await found()).toBe('gone'));
  await app.value('cancelUpload', A);
  await app.until(A, 'not_uploaded');
  expect(await found()).toBe('gone');
});
