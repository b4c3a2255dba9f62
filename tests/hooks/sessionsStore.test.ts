import { expect, it } from 'vitest';
import { createSessionsStore } from '../../src/hooks/sessionsStore';
import type { Reply } from '../../src/shared/appError';
import type { SessionListItem } from '../../src/shared/session';
import type { UploadProgressPayload } from '../../src/shared/upload';

const error = { code: 'EACCES', message: 'It could not be read.', action: 'Look at the folder.' };

function session(sessionId: string, createdAt: number): SessionListItem {
  return {
    sessionId,
    createdAt,
    actionCount: 0,
    screenshotCount: 0,
    isExported: true,
    uploadStatus: 'uploading',
    condition: 'exported',
  };
}

function news(sessionId: string, progress: number): UploadProgressPayload {
  return {
    sessionId,
    status: 'uploading',
    bytesUploaded: progress,
    bytesKept: progress,
    totalBytes: 100,
    progress,
    retryCount: 0,
    maxRetries: 10,
  };
}

/** A `listSessions` whose answers the test gives, one per call. */
function manualLoad() {
  const waiting: ((reply: Reply<SessionListItem[]>) => void)[] = [];
  return {
    load: () => new Promise<Reply<SessionListItem[]>>((resolve) => waiting.push(resolve)),
    asked: () => waiting.length,
    answer: (call: number, reply: Reply<SessionListItem[]>) => waiting[call]!(reply),
  };
}

it('lists the newest first', async () => {
  const store = createSessionsStore(async () => ({ ok: true, value: [session('a', 1), session('b', 2)] }));
  await store.refresh();
  expect(store.getState().sessions.map(({ sessionId }) => sessionId)).toEqual(['b', 'a']);
  expect(store.getState().loading).toBe(false);
});

it('does not let an older answer overwrite newer news', async () => {
  const source = manualLoad();
  const store = createSessionsStore(source.load);
  const first = store.refresh();
  source.answer(0, { ok: true, value: [session('a', 1)] });
  await first;

  const second = store.refresh();
  store.takeUpload(news('a', 40));
  source.answer(1, { ok: true, value: [session('a', 1)] });
  await second;
  expect(store.getState().sessions[0]!.uploadProgress).toBe(40);
});

it('never loads twice at once, and once more for what was asked meanwhile', async () => {
  const source = manualLoad();
  const store = createSessionsStore(source.load);
  const done = store.refresh();
  void store.refresh();
  void store.refresh();
  expect(source.asked()).toBe(1);
  source.answer(0, { ok: true, value: [] });
  await expect.poll(source.asked).toBe(2);
  source.answer(1, { ok: true, value: [session('a', 1)] });
  await done;
  expect(source.asked()).toBe(2);
  expect(store.getState().sessions).toHaveLength(1);
});

it.each([
  ['pending', 1],
  ['uploading', 1],
  ['done', 2],
  ['failed', 2],
  ['not_uploaded', 2],
] as const)('of an upload that becomes %s it has asked %d time(s)', async (status, asked) => {
  const source = manualLoad();
  const store = createSessionsStore(source.load);
  const done = store.refresh();
  const before = status === 'not_uploaded' ? 'pending' : 'not_uploaded';
  source.answer(0, { ok: true, value: [{ ...session('a', 1), uploadStatus: before }] });
  await done;
  store.takeUpload({ ...news('a', 0), status });
  expect(store.getState().sessions[0]!.uploadStatus).toBe(status);
  expect(source.asked()).toBe(asked);
});

it('asks again for news of a session it does not know', async () => {
  const source = manualLoad();
  const store = createSessionsStore(source.load);
  const done = store.refresh();
  source.answer(0, { ok: true, value: [] });
  await done;
  store.takeUpload(news('new', 5));
  expect(source.asked()).toBe(2);
});

it('keeps the list it has when a later load fails, and tells the failure', async () => {
  const source = manualLoad();
  const store = createSessionsStore(source.load);
  const first = store.refresh();
  source.answer(0, { ok: true, value: [session('a', 1)] });
  await first;
  const second = store.refresh();
  source.answer(1, { ok: false, error });
  await second;
  expect(store.getState()).toMatchObject({ loadError: error, loading: false });
  expect(store.getState().sessions).toHaveLength(1);
});

it('says no more that a bundle changed once that bundle is on its way', async () => {
  const changed = { ...session('a', 1), uploadStatus: 'done' as const, changedSinceUpload: true };
  const store = createSessionsStore(async () => ({ ok: true, value: [changed] }));
  await store.refresh();
  store.takeUpload(news('a', 40));
  expect(store.getState().sessions[0]).toMatchObject({ uploadStatus: 'uploading' });
  expect(store.getState().sessions[0]?.changedSinceUpload).toBeUndefined();
});

it('tells once of each session whose export ended well', async () => {
  const source = manualLoad();
  const exported: string[] = [];
  const store = createSessionsStore(source.load, (sessionId) => exported.push(sessionId));
  const list = [session('a', 1), session('b', 2), session('c', 3)];
  const load = async (value: SessionListItem[]) => {
    const loaded = store.refresh();
    source.answer(source.asked() - 1, { ok: true, value });
    await loaded;
  };
  await load(list);
  store.takeExport({ sessionId: 'a', progress: 50 });
  store.takeExport({ sessionId: 'b', progress: 10 });
  await load([list[0]!, { ...list[1]!, condition: 'exporting' }, list[2]!]);
  expect(exported).toEqual(['a']);
  await load([list[0]!, { ...list[1]!, condition: 'interrupted', isExported: false }, list[2]!]);
  await load(list);
  expect(exported).toEqual(['a']);
});
