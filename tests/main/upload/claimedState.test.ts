import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import type { UploadState } from '../../../src/shared/upload';
import { form, start } from './uploadHarness';
import { MIB } from './support';

const A = '20260131-142530-9f3a';
const B = '20260201-000000-abcd';
const KEY = `sessions/${A}/${A}.zip`;
const place = { bucket: 'recordings', key: KEY, uploadToken: 'theirs' };
const file = { size: 9, mtimeMs: 1 };
type House = Awaited<ReturnType<typeof start>>;

/** Lays a session with such an upload state into the folder of an app that has been set up, and starts it again. */
async function withForged(state: Partial<UploadState>, prepare?: (app: House) => Promise<unknown>) {
  const app = await start();
  await app.value('setUploadConfig', form);
  await prepare?.(app);
  await app.system.close();
  await app.sessions.addExported(A, new Uint8Array(9));
  await writeFile(app.sessions.uploadStateFile(A), JSON.stringify({ ...newUploadState(A, 1), ...state }));
  app.store.calls.length = 0;
  return start(app);
}
const done = { status: 'done', file, ...place } as const;
const result = { etag: '"e"', verifiedAt: 5 };

test.each(['pending', 'uploading', 'failed'] as const)(
  'an upload that a copied folder calls %s begins with a click only',
  async (status) => {
    const app = await withForged({ status, retryable: true, enqueuedAt: 1, ...place, file });
    expect(await app.row(A)).toMatchObject({ uploadStatus: 'not_uploaded', uploaded: undefined });
    expect(app.system.work()).toBeUndefined();
    expect(app.store.calls).toEqual([]);
    expect(app.notices).toContainEqual(expect.objectContaining({ code: 'UploadClaimed', details: A }));
    await app.value('uploadSession', A);
    await app.until(A, 'done');
    expect(app.store.objects.get(KEY)!.head.metadata['upload-token']).not.toBe('theirs');
  },
);

test('no link is made to what a copied folder calls uploaded', async () => {
  const key = 'private/payroll.xlsx';
  const app = await withForged({ ...done, key, result });
  expect(await app.call('makeDownloadLink', A, 3600)).toMatchObject({ error: { code: 'NotUploaded' } });
  expect(await app.call('checkUpload', A)).toMatchObject({ error: { code: 'NotUploaded' } });
  expect(await app.row(A)).toMatchObject({ uploadStatus: 'not_uploaded', location: undefined });
  expect(app.store.calls).toEqual([]);
});

test.each([
  ['an upload on its way', { status: 'pending' }, 'elsewhere'],
  ['a bundle elsewhere', { ...done, bucket: 'theirs', result }, 'elsewhere'],
  ['a bundle just where this one goes', { ...done, result }, 'here'],
  ['nothing', { status: 'not_uploaded' }, undefined],
] as const)('a row says that the record of %s was not checked', async (_what, state, uploadClaim) => {
  const app = await withForged(state);
  expect((await app.row(A)).uploadClaim).toBe(uploadClaim);
  expect(app.store.calls).toEqual([]);
  if (uploadClaim === 'here') {
    expect(await app.value('checkUpload', A)).toMatchObject({ found: 'gone' });
    expect((await app.row(A)).uploadClaim).toBeUndefined();
  } else {
    await app.value('uploadSession', A);
    await app.until(A, 'done');
    expect((await app.row(A)).uploadClaim).toBeUndefined();
  }
});

test('what lies in another bucket is not asked for, let alone believed', async () => {
  const app = await withForged({ ...done, bucket: 'theirs', result });
  expect(await app.call('checkUpload', A)).toMatchObject({ error: { code: 'NotUploaded' } });
  expect(app.store.calls).toEqual([]);
});

test('nothing is aborted on the word of a copied folder', async () => {
  const upload = { key: 'backups/db.dump', contentType: 'x' };
  let uploadId = '';
  const app = await withForged(
    {
      status: 'not_uploaded',
      pendingAborts: [{ bucket: 'recordings', key: upload.key, uploadId: 'other-1' }],
    },
    async ({ store }) => ({ uploadId } = await store.createMultipartUpload(upload)),
  );
  app.system.notifyWake();
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  await app.value('deleteSession', A).catch(() => undefined);
  await app.system.forget(A);
  expect(app.store.calls.map(({ operation }) => operation)).not.toContain('abortMultipartUpload');
  expect([...app.store.uploads.keys()]).toEqual([uploadId]);
});

test('an upload asks the bucket whether the claimed bundle is there, before it replaces that', async () => {
  const app = await withForged({}, async (first) => {
    await first.sessions.addExported(A, new Uint8Array(9));
    await first.value('uploadSession', A);
    await first.untilOnDisk(A, 'done');
    const state = JSON.parse(await readFile(first.sessions.uploadStateFile(A), 'utf8')) as UploadState;
    Object.assign(kept, state);
  });
  await app.system.close();
  await writeFile(app.sessions.uploadStateFile(A), JSON.stringify({ ...kept, seal: 'f'.repeat(64) }));
  const later = await start(app);
  expect(await later.row(A)).toMatchObject({ uploadStatus: 'not_uploaded', uploaded: undefined });
  expect(await later.call('uploadSession', A)).toMatchObject({ error: { code: 'WouldReplace' } });
  expect((await later.row(A)).uploaded?.check?.found).toBe('same');
});
const kept: Partial<UploadState> = {};

test('a folder that is copied back goes on, and one whose state was changed does not', async () => {
  const app = await start();
  await app.value('setUploadConfig', form);
  await app.sessions.addExported(A, new Uint8Array(11 * MIB));
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang', times: 9 });
  await app.value('uploadSession', A);
  await app.untilOnDisk(A, 'uploading');
  await app.system.close();
  app.store.faults.clear();
  const folder = path.dirname(app.sessions.uploadStateFile(A));
  await cp(folder, `${folder}.copy`, { recursive: true, preserveTimestamps: true });
  await rm(folder, { recursive: true });
  await cp(`${folder}.copy`, folder, { recursive: true, preserveTimestamps: true });
  const later = await start(app);
  await later.untilOnDisk(A, 'done');
  await later.system.close();
  const state = JSON.parse(await readFile(later.sessions.uploadStateFile(A), 'utf8')) as UploadState;
  const changed = { ...state, uploaded: { ...state.uploaded, key: `x/${B}/${B}.zip` } };
  await writeFile(later.sessions.uploadStateFile(A), JSON.stringify(changed));
  expect((await (await start(later)).row(A)).uploadStatus).toBe('not_uploaded');
});

test('what an earlier version left is taken up once, and only where it names its own places', async () => {
  const app = await start();
  await app.value('setUploadConfig', form);
  await app.system.close();
  // As an earlier version leaves the data folder.
  await rm(path.join(app.userDataDir, 'upload-seal.json'));
  for (const id of [A, B]) await app.sessions.addExported(id, new Uint8Array(9));
  const pending = (id: string): UploadState => ({
    ...newUploadState(id, 1),
    status: 'pending',
    enqueuedAt: 1,
  });
  await writeFile(app.sessions.uploadStateFile(A), JSON.stringify(pending(A)));
  const foreign = { ...pending(B), pendingAborts: [{ bucket: 'recordings', key: 'other', uploadId: 'u' }] };
  await writeFile(app.sessions.uploadStateFile(B), JSON.stringify(foreign));
  const upgraded = await start(app);
  await upgraded.untilOnDisk(A, 'done');
  expect((await upgraded.row(B)).uploadStatus).toBe('not_uploaded');
});

/** An app that has uploaded A, and is closed. */
async function afterUpload() {
  const app = await start();
  await app.value('setUploadConfig', form);
  await app.sessions.addExported(A, new Uint8Array(9));
  await app.value('uploadSession', A);
  await app.untilOnDisk(A, 'done');
  await app.system.close();
  return app;
}

test('in another data folder the states are claims', async () => {
  const app = await afterUpload();
  const seal = path.join(app.userDataDir, 'upload-seal.json');
  await writeFile(seal, JSON.stringify({ version: 1, key: 'f'.repeat(64) }));
  const later = await start(app);
  expect((await later.row(A)).uploadStatus).toBe('not_uploaded');
  expect(later.notices.map(({ code }) => code)).toEqual(['UploadClaimed']);
});

test('a damaged seal is set aside and told, and takes nothing for the work of an earlier version', async () => {
  const app = await start();
  await app.value('setUploadConfig', form);
  await app.system.close();
  await writeFile(path.join(app.userDataDir, 'upload-seal.json'), '{"version":1,"key":"short"}');
  await app.sessions.addExported(A, new Uint8Array(9));
  const pending = { ...newUploadState(A, 1), status: 'pending' };
  await writeFile(app.sessions.uploadStateFile(A), JSON.stringify(pending));
  const later = await start(app);
  expect((await later.row(A)).uploadStatus).toBe('not_uploaded');
  expect(later.notices.map(({ code }) => code)).toEqual(['FileDamaged', 'UploadClaimed']);
});

test.each([
  ['a newer version wrote', '{"version":2,"key":"x"}', 'NewerFile'],
  ['is a folder', null, 'NotAFile'],
])(
  'a seal that %s leaves the uploads unknown, not “not uploaded”, until it can be read',
  async (_how, text, code) => {
    const app = await afterUpload();
    const seal = path.join(app.userDataDir, 'upload-seal.json');
    const good = await readFile(seal, 'utf8');
    await rm(seal);
    if (text === null) await mkdir(seal);
    else await writeFile(seal, text);
    const later = await start(app);
    expect(await later.row(A)).toMatchObject({ uploadStatus: 'not_uploaded', uploadUnknown: { code } });
    expect(await later.call('uploadSession', A)).toMatchObject({ ok: false, error: { code } });
    expect(later.notices.map((notice) => notice.code)).toEqual([code]);
    later.clock.advance(5000);
    await rm(seal, { recursive: true });
    await writeFile(seal, good);
    await eventually(async () => {
      later.clock.advance(5000);
      const { uploadStatus, uploadUnknown } = await later.row(A);
      expect({ uploadStatus, uploadUnknown }).toEqual({ uploadStatus: 'done', uploadUnknown: undefined });
    });
    expect(later.notices).toHaveLength(1);
  },
);
