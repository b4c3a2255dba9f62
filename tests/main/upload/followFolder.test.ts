import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';
const KEY = `sessions/${A}/${A}.zip`;

async function appWith(bytes: number) {
  const app = await start();
  await app.sessions.addExported(A, new Uint8Array(bytes));
  await app.value('setUploadConfig', form);
  const folder = path.join(app.sessions.dir, A);
  const aside = path.join(app.userDataDir, 'aside', A);
  await mkdir(path.dirname(aside));
  return { app, folder, aside };
}

test('a folder that is copied back is uploaded still, without a restart', async () => {
  const { app, folder, aside } = await appWith(9);
  await app.value('uploadSession', A);
  await app.untilOnDisk(A, 'done');
  await cp(folder, aside, { recursive: true, preserveTimestamps: true });
  await rm(folder, { recursive: true });
  await app.system.follow({ appeared: [], gone: [A] });
  expect(await app.rows()).toEqual([]);
  await cp(aside, folder, { recursive: true, preserveTimestamps: true });
  await app.system.follow({ appeared: [A], gone: [] });
  expect(await app.row(A)).toMatchObject({ uploadStatus: 'done', location: `s3://recordings/${KEY}` });
});

test('an upload ends with its folder, leaves nothing on the server, and goes on when the folder is back', async () => {
  const { app, folder, aside } = await appWith(12 * MIB);
  const hung = Promise.withResolvers<void>();
  const onReached = hung.resolve;
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'hang', onReached });
  await app.value('uploadSession', A);
  await hung.promise;
  expect(app.system.isUploading(A)).toBe(true);
  await rename(folder, aside);
  await app.system.follow({ appeared: [], gone: [A] });
  expect(app.system.isUploading(A)).toBe(false);
  expect(app.system.work()).toBeUndefined();
  await eventually(() => expect(app.store.uploads.size).toBe(0));
  await rename(aside, folder);
  await app.system.follow({ appeared: [A], gone: [] });
  await app.until(A, 'done');
  expect(app.store.objects.get(KEY)?.body).toHaveLength(12 * MIB);
  expect(app.notices).toEqual([]);
});

/** A is in the middle of its upload, B is uploaded, and nothing that is on the server can be aborted. */
async function appWithoutAborts() {
  const house = await appWith(12 * MIB);
  const { app } = house;
  await app.sessions.addExported(B, new Uint8Array(9));
  await app.value('uploadSession', B);
  await app.untilOnDisk(B, 'done');
  const hung = Promise.withResolvers<void>();
  const onReached = hung.resolve;
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'hang', onReached });
  await app.value('uploadSession', A);
  await hung.promise;
  const failure = storeFailure('unreachable', 'ENETUNREACH');
  for (const operation of ['abortMultipartUpload', 'listMultipartUploads'] as const)
    app.store.faults.add({ on: { operation }, when: 'before', failure, times: 99 });
  return house;
}

test('an upload whose folder is back goes on with what could not be aborted, and is not aborted later', async () => {
  const { app, folder, aside } = await appWithoutAborts();
  const toAbort = async () =>
    (JSON.parse(await readFile(path.join(app.userDataDir, 'pending-aborts.json'), 'utf8')) as { aborts: [] })
      .aborts;
  await rename(folder, aside);
  await app.system.follow({ appeared: [], gone: [A] });
  expect(await toAbort()).toHaveLength(1);
  await rename(aside, folder);
  await app.system.follow({ appeared: [A], gone: [] });
  expect(await toAbort()).toEqual([]);
  await app.until(A, 'done');
  const begun = app.store.calls.filter(({ operation }) => operation === 'createMultipartUpload');
  expect(begun).toHaveLength(1);
});

test('an upload that cannot be let go keeps no other from following its folder', async () => {
  const { app, folder, aside } = await appWithoutAborts();
  // What could not be aborted cannot be noted either.
  await rm(path.join(app.userDataDir, 'pending-aborts.json'), { force: true });
  await mkdir(path.join(app.userDataDir, 'pending-aborts.json'));
  await rename(folder, aside);
  await rm(path.join(app.sessions.dir, B), { recursive: true });
  await app.system.follow({ appeared: [], gone: [A, B] });
  expect(app.logged.some((line) => line.startsWith('an upload does not go with its folder'))).toBe(true);
  await app.sessions.addExported(B, new Uint8Array(9));
  expect((await app.row(B)).uploadStatus).toBe('not_uploaded');
});

test('a folder that goes waits for no abort of another upload', async () => {
  const { app } = await appWithoutAborts();
  await app.value('cancelUpload', A);
  await app.until(A, 'not_uploaded');
  await eventually(() => expect(app.clock.untilNextTimer()).toBe(60_000));
  app.store.faults.clear();
  app.store.faults.add({ on: { operation: 'abortMultipartUpload' }, when: 'hang', times: 99 });
  await rm(path.join(app.sessions.dir, B), { recursive: true });
  await app.system.follow({ appeared: [], gone: [B] });
  expect(app.store.uploads.size).toBe(1);
});
