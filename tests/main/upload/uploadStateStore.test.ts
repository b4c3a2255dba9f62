import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Quarantined } from '../../../src/lib/jsonFile';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import { createUploadStateStore } from '../../../src/main/uploadStateStore';
import type { UploadState } from '../../../src/shared/upload';
import { FakeSessions } from '../../fakes/FakeSessions';
import { makeTempDir, SESSION } from './support';

const OTHER = '20260201-000000-abcd';

async function setUp() {
  const sessions = new FakeSessions(await makeTempDir());
  await sessions.addExported(SESSION, Buffer.from('zip'));
  await sessions.addExported(OTHER, Buffer.from('zip'));
  const reported: Quarantined[] = [];
  const unreadable: string[] = [];
  const store = createUploadStateStore({
    sessions,
    onUnreadable: (sessionId) => unreadable.push(sessionId),
    clock: { now: () => 99 },
    onQuarantine: (q) => reported.push(q),
  });
  return { sessions, store, reported, unreadable };
}

const whole: UploadState = {
  ...newUploadState(SESSION, 5),
  status: 'uploading',
  reason: { kind: 'network', untilMs: 5, sinceMs: 1 },
  error: { code: 'X', message: 'm', action: 'a', details: 'd' },
  lastError: 'm',
  retryable: true,
  enqueuedAt: 3,
  file: { size: 10, mtimeMs: 1.5 },
  bucket: 'b',
  key: 'k',
  uploadToken: 't',
  multipart: {
    uploadId: 'u',
    partSizeBytes: 5,
    checksumAlgorithm: 'CRC64NVME',
    initiatedAt: 1,
    completeSentAt: 2,
    parts: [{ number: 1, size: 5, etag: '"e"', checksum: 'c' }],
  },
  result: { etag: 'e', versionId: 'v', checksum: 'c', verifiedAt: 4 },
  pendingAborts: [{ bucket: 'b', key: 'k', uploadId: 'old' }],
};

test('a missing state is null', async () => {
  expect(await (await setUp()).store.readUploadState(SESSION)).toBeNull();
});

test('what was written is read back whole', async () => {
  const { store } = await setUp();
  await store.writeUploadState(whole);
  expect(await store.readUploadState(SESSION)).toEqual(whole);
});

test('scanning finds the states of all sessions', async () => {
  const { store } = await setUp();
  await store.writeUploadState(whole);
  await store.writeUploadState(newUploadState(OTHER, 1));
  const found = await store.scanAllUploadStates();
  expect(found.map((state) => state.sessionId).toSorted()).toEqual([SESSION, OTHER]);
});

test.each(['', '{', '{"version":1}', 'null'])('a damaged file %j is set aside and reported', async (text) => {
  const { store, sessions, reported } = await setUp();
  const file = sessions.uploadStateFile(SESSION);
  await writeFile(file, text);
  await store.writeUploadState(newUploadState(OTHER, 1));
  expect((await store.scanAllUploadStates()).map((s) => s.sessionId)).toEqual([OTHER]);
  expect(reported).toMatchObject([{ file, movedTo: `${file}.corrupt-99` }]);
  expect(await readdir(path.dirname(file))).toContain('upload-state.json.corrupt-99');
});

test('writes of one session land in the order of their calls, without leftovers', async () => {
  const { store, sessions } = await setUp();
  const writes = Array.from({ length: 20 }, (_, n) => store.writeUploadState({ ...whole, bytesUploaded: n }));
  await Promise.all(writes);
  expect((await store.readUploadState(SESSION))?.bytesUploaded).toBe(19);
  const names = await readdir(path.dirname(sessions.uploadStateFile(SESSION)));
  expect(names.toSorted()).toEqual(['.exported', `${SESSION}.zip`, 'upload-state.json']);
});

test('a failed write is told and does not block the next', async () => {
  const { store } = await setUp();
  const unknown = '20260301-000000-0000';
  await expect(store.writeUploadState(newUploadState(unknown, 1))).rejects.toThrow('ENOENT');
  await expect(store.writeUploadState(whole)).resolves.toBeUndefined();
});

test('a state of a newer version is left alone, and the others are still found', async () => {
  const { store, sessions, unreadable } = await setUp();
  await writeFile(sessions.uploadStateFile(SESSION), '{"version":99}');
  await store.writeUploadState(newUploadState(OTHER, 1));
  expect((await store.scanAllUploadStates()).map((s) => s.sessionId)).toEqual([OTHER]);
  expect(unreadable).toEqual([SESSION]);
  await expect(store.readUploadState(SESSION)).rejects.toThrow('newer version');
});

const OPEN_FILES = '/proc/self/fd';

test.skipIf(!existsSync(OPEN_FILES))('the states of all sessions at once need few open files', async () => {
  const { sessions, store } = await setUp();
  const ids = Array.from({ length: 600 }, (_, n) => `20260301-000000-${n.toString(16).padStart(4, '0')}`);
  for (const id of ids) await mkdir(path.dirname(sessions.uploadStateFile(id)), { recursive: true });
  const openFiles = () => readdirSync(OPEN_FILES).length;
  const before = openFiles();
  let most = before;
  const writes = ids.map((id) =>
    store.writeUploadState({ ...whole, sessionId: id }).then(() => (most = Math.max(most, openFiles()))),
  );
  await Promise.all(writes);
  expect(most - before).toBeLessThan(100);
  expect(await store.scanAllUploadStates(ids)).toHaveLength(ids.length);
});
