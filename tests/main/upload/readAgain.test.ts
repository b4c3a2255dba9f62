import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Remembered } from '../../../src/lib/remembered';
import { ObjectStoreError } from '../../../src/upload/objectStore/objectStore';
import { eventually } from '../../eventually';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const KEY = `sessions/${A}/${A}.zip`;

/** Puts a folder in the place of a file: reading it fails, and it is no damage. Returns what puts the file back. */
async function unreadable(file: string): Promise<() => Promise<void>> {
  const aside = `${file}.aside`;
  await rename(file, aside);
  await mkdir(file);
  return async () => {
    await rm(file, { recursive: true });
    await rename(aside, file);
  };
}

async function closedApp() {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  return app;
}

test('a failed read is told to all who wait for it, and the next one reads again', async () => {
  let reads = 0;
  const value = new Remembered(async () => {
    reads += 1;
    if (reads === 1) throw new Error('EIO');
    return reads;
  });
  const both = await Promise.allSettled([value.get(), value.get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([await value.get(), await value.get(), reads]).toEqual([2, 2, 2]);
  value.set(9);
  expect(await value.get()).toBe(9);
});

test('settings that could not be read at the start are read again, and uploads go on without a restart', async () => {
  const app = await closedApp();
  await app.system.close();
  const putBack = await unreadable(path.join(app.userDataDir, 'upload-config.json'));
  const again = await start(app, (error) => expect(String(error)).toContain('should be a file'));
  expect(await again.call('uploadSession', A)).toMatchObject({ ok: false });
  await putBack();
  await again.value('uploadSession', A);
  await again.until(A, 'done');
});

test('what was found out about a bucket is read again once it can be', async () => {
  const app = await closedApp();
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  await app.system.close();
  const putBack = await unreadable(path.join(app.userDataDir, 'upload-capabilities.json'));
  const again = await start(app);
  expect(await again.call('getUploadConfig')).toMatchObject({ ok: false });
  await putBack();
  expect(await again.value('getUploadConfig')).toHaveProperty('capabilities');
});

test('aborts that are still due are read again once they can be', async () => {
  const app = await closedApp();
  await app.system.close();
  const { uploadId } = await app.store.createMultipartUpload({ key: KEY, contentType: 'application/zip' });
  const file = path.join(app.userDataDir, 'pending-aborts.json');
  await writeFile(
    file,
    JSON.stringify({ version: 1, aborts: [{ bucket: form.bucket, key: KEY, uploadId }] }),
  );
  const putBack = await unreadable(file);
  const again = await start(app);
  await eventually(() => expect(again.logged.join()).toContain('should be a file'));
  await putBack();
  again.system.notifyWake();
  await eventually(() => expect(app.store.uploads.size).toBe(0));
});

/** The state of an upload that cannot be read at the start, and can be afterwards. */
async function unknownAtFirst(app: Awaited<ReturnType<typeof closedApp>>) {
  await app.system.close();
  const putBack = await unreadable(app.sessions.uploadStateFile(A));
  const again = await start(app);
  expect(again.notices).toHaveLength(1);
  await putBack();
  return again;
}

async function overwrite(bundle: string): Promise<void> {
  await writeFile(bundle, Buffer.alloc(MIB, 7));
  const later = new Date((await stat(bundle)).mtimeMs + 60_000);
  await utimes(bundle, later, later);
}

test.each(['uploadSession', 'uploadAllSessions'] as const)(
  'an object is not replaced by %s because its upload was not known at the start',
  async (command) => {
    const app = await closedApp();
    await app.value('uploadSession', A);
    await app.until(A, 'done');
    await app.untilOnDisk(A, 'done');
    const again = await unknownAtFirst(app);
    await overwrite(app.sessions.bundleFile(A));
    const reply = await again.call(command, ...(command === 'uploadSession' ? [A] : []));
    if (command === 'uploadSession') expect(reply).toMatchObject({ error: { code: 'WouldReplace' } });
    else expect(reply).toMatchObject({ ok: true, value: { queued: 0 } });
    expect(app.store.objects.get(KEY)!.body[0]).toBe(0);
    expect(await again.row(A)).toMatchObject({ uploadStatus: 'done', changedSinceUpload: true });
  },
);

test('a link and a Check know what the queue did not know at the start', async () => {
  const app = await closedApp();
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  await app.untilOnDisk(A, 'done');
  const again = await unknownAtFirst(app);
  expect(await again.value('checkUpload', A)).toMatchObject({ found: 'same' });
  expect(await again.value('makeDownloadLink', A, 3600)).toHaveProperty('url');
});

/** An upload that failed for good with its parts in the bucket. */
async function failedHalfWay() {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(12 * MIB));
  await app.value('setUploadConfig', form);
  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  app.store.faults.add({ on: { operation: 'completeMultipartUpload' }, when: 'before', failure });
  await app.value('uploadSession', A);
  await app.until(A, 'failed');
  await app.untilOnDisk(A, 'failed');
  expect(app.store.uploads.size).toBe(1);
  return app;
}

test('an upload that was not known at the start goes on from what the bucket has', async () => {
  const app = await failedHalfWay();
  const again = await unknownAtFirst(app);
  const before = app.store.bytesReceived();
  await again.value('uploadSession', A);
  await again.until(A, 'done');
  expect(app.store.bytesReceived()).toBe(before);
});

test('a failed upload leaves nothing in the bucket when its session is deleted', async () => {
  const app = await failedHalfWay();
  await app.system.forget(A);
  expect(app.store.uploads.size).toBe(0);
});

test('nor does one that is not known, or whose folder is taken away', async () => {
  const app = await failedHalfWay();
  const again = await unknownAtFirst(app);
  await again.system.forget(A);
  await eventually(() => expect(app.store.uploads.size).toBe(0));

  const other = await failedHalfWay();
  await rm(path.join(other.sessions.dir, A), { recursive: true });
  await other.system.follow({ appeared: [], gone: [A] });
  expect(other.store.uploads.size).toBe(0);
});

test('nor does one that is dismissed, which can be uploaded anew', async () => {
  const app = await failedHalfWay();
  await app.value('cancelUpload', A);
  expect(await app.row(A)).toMatchObject({ uploadStatus: 'not_uploaded' });
  expect(await app.row(A)).not.toHaveProperty('lastUploadError', expect.anything());
  await eventually(() => expect(app.store.uploads.size).toBe(0));
  await app.value('uploadSession', A);
  await app.until(A, 'done');
});

test('a server that says more than a state may hold leaves one that can be read', async () => {
  const app = await closedApp();
  const facts = { kind: 'denied', bucket: 'b'.repeat(30_000), right: 'r'.repeat(30_000) } as const;
  const problem = { code: 'X'.repeat(5000), facts, details: 'y'.repeat(300_000) };
  const failure = new ObjectStoreError({ verdict: 'needs-user', problem });
  app.store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure, times: 9 });
  await app.value('uploadSession', A);
  await app.until(A, 'failed');
  await app.untilOnDisk(A, 'failed');
  await app.system.close();
  const again = await start(app);
  expect(await again.row(A)).toMatchObject({ uploadStatus: 'failed' });
  expect(again.notices).toEqual([]);
});

test('the clean-up leaves a session alone while something of it is unfinished in the bucket', async () => {
  const app = await failedHalfWay();
  expect(await app.system.claimed()).toEqual(new Set([A]));
  await app.value('cancelUpload', A);
  await eventually(async () => expect(await app.system.claimed()).toEqual(new Set()));
});

test('Upload all answers when every wish is on disk', async () => {
  const app = await start();
  const ids = Array.from({ length: 40 }, (_, n) => `20260101-0000${String(n).padStart(2, '0')}-000a`);
  for (const id of ids) await app.sessions.addExported(id, Buffer.alloc(1));
  await app.value('setUploadConfig', form);
  app.store.faults.add({ on: { operation: 'headObject' }, when: 'hang' });
  expect(await app.value('uploadAllSessions')).toEqual({ queued: 40 });
  for (const id of ids) {
    const state = JSON.parse(await readFile(app.sessions.uploadStateFile(id), 'utf8')) as { status: string };
    expect(['pending', 'uploading']).toContain(state.status);
  }
});

test('a state in the place of another session’s is told as that', async () => {
  const app = await closedApp();
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  await app.untilOnDisk(A, 'done');
  await app.system.close();
  const copy = '20260101-000000-000b';
  await app.sessions.addExported(copy, Buffer.alloc(MIB));
  const state = await readFile(app.sessions.uploadStateFile(A));
  await writeFile(app.sessions.uploadStateFile(copy), state);
  const again = await start({ userDataDir: app.userDataDir, store: new MemoryObjectStore() });
  expect(again.notices).toMatchObject([{ code: 'StateOfAnotherSession' }]);
  expect(again.notices[0]!.action).not.toMatch(/permission/);
});
