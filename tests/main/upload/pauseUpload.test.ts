import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { CommandName } from '../../../src/shared/contract';
import { eventually } from '../../eventually';
import { storeFailure } from '../../fakes/storeFaults';
import { last, play, ready, enqueue, IDS } from './queueScript';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';
const C = '20260303-000000-000c';
const keyOf = (id: string) => `sessions/${id}/${id}.zip`;
const reasonOf = async (app: Awaited<ReturnType<typeof start>>, id: string) =>
  (await app.row(id)).upload?.reason;

/** An app whose upload of four parts has three in the bucket, while the fourth is sent and not acknowledged. */
async function uploadingApp() {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(20 * MIB, 1));
  await app.value('setUploadConfig', form);
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 4 }, when: 'hang', bodySent: true });
  await app.value('uploadSession', A);
  await eventually(() => {
    expect([...app.store.uploads.values()][0]?.parts.size).toBe(3);
    expect(partsSent(app)).toHaveLength(4);
  });
  return app;
}

const partsSent = (app: Awaited<ReturnType<typeof start>>) =>
  app.store.calls.flatMap(({ operation, partNumber }) => (operation === 'uploadPart' ? [partNumber] : []));

test('a paused upload sends nothing, keeps its parts, and goes on from there', async () => {
  const app = await uploadingApp();
  await app.value('pauseUpload', A);
  expect(await app.row(A)).toMatchObject({ uploadStatus: 'pending', upload: { reason: { kind: 'paused' } } });
  app.clock.advance(3_600_000);
  app.system.notifyWake();
  expect(await reasonOf(app, A)).toEqual({ kind: 'paused' });
  expect(partsSent(app).toSorted()).toEqual([1, 2, 3, 4]);

  await app.value('resumeUpload', A);
  await app.until(A, 'done');
  expect(app.store.objects.get(keyOf(A))!.body).toHaveLength(20 * MIB);
  expect(partsSent(app).slice(4)).toEqual([4]);
});

test('once paused what the bucket keeps is told beside what was sent, which does not fall', async () => {
  const app = await uploadingApp();
  // The fourth part is on its way.
  await eventually(async () => expect((await app.row(A)).upload?.bytesUploaded).toBe(20 * MIB));
  await app.value('pauseUpload', A);
  expect((await app.row(A)).upload).toMatchObject({ bytesUploaded: 20 * MIB, bytesKept: 15 * MIB });
  expect(app.progress().at(-1)).toMatchObject({ status: 'pending', bytesKept: 15 * MIB });

  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 4 }, when: 'hang' });
  const before = app.progress().length;
  await app.value('resumeUpload', A);
  await eventually(() => expect(partsSent(app)).toHaveLength(5));
  const [first] = app
    .progress()
    .slice(before)
    .filter(({ status }) => status === 'uploading');
  expect(first).toMatchObject({ bytesUploaded: 20 * MIB, bytesKept: 15 * MIB });
});

test('an upload that waits for the keys of a profile says so, until they come', async () => {
  const app = await uploadingApp();
  app.profile.wait('team');
  expect((await app.row(A)).upload?.waitsForProfile).toBe('team');
  app.clock.advance(100);
  expect(app.progress().at(-1)).toMatchObject({ waitsForProfile: 'team' });
  app.profile.wait(undefined);
  expect((await app.row(A)).upload?.waitsForProfile).toBeUndefined();
});

test('a pause survives a restart, and does not keep the app from ending', async () => {
  const app = await uploadingApp();
  await app.value('pauseUpload', A);
  expect(app.system.work()).toBeUndefined();
  await app.system.close();

  const again = await start(app);
  expect(await reasonOf(again, A)).toEqual({ kind: 'paused' });
  await again.value('resumeUpload', A);
  await again.until(A, 'done');
  expect(partsSent(again).slice(4)).toEqual([4]);
});

test('a paused upload can be cancelled, and leaves nothing behind', async () => {
  const app = await uploadingApp();
  await app.value('pauseUpload', A);
  await app.value('cancelUpload', A);
  expect(await app.row(A)).toMatchObject({ uploadStatus: 'not_uploaded' });
  await eventually(() => expect(app.store.uploads.size).toBe(0));
});

test('all at once: queued oldest first, paused, resumed', async () => {
  const app = await start();
  for (const id of [B, A, C]) await app.sessions.addExported(id, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  app.store.faults.add({ on: { operation: 'putObject', key: keyOf(A) }, when: 'hang' });
  expect(await app.value('uploadAllSessions')).toEqual({ queued: 3 });
  expect(await app.value('uploadAllSessions')).toEqual({ queued: 0 });
  await eventually(() =>
    expect(app.store.calls).toContainEqual(
      expect.objectContaining({ operation: 'putObject', key: keyOf(A) }),
    ),
  );

  await app.value('pauseAllUploads');
  for (const id of [A, B, C]) expect(await reasonOf(app, id)).toEqual({ kind: 'paused' });
  await app.value('resumeAllUploads');
  for (const id of [A, B, C]) await app.until(id, 'done');
  const finished = app
    .progress()
    .filter(({ status }) => status === 'done')
    .map(({ sessionId }) => sessionId);
  expect([...new Set(finished)]).toEqual([A, B, C]);
});

test('*Pause all* during *Upload all* pauses what is still being looked at, and *Resume all* starts it', async () => {
  const app = await start();
  for (const id of [A, B, C]) await app.sessions.addExported(id, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  const queued = app.value('uploadAllSessions');
  await app.value('pauseAllUploads');
  expect(await queued).toEqual({ queued: 3 });
  for (const id of [A, B, C]) expect(await reasonOf(app, id)).toEqual({ kind: 'paused' });
  expect(app.store.calls.filter(({ operation }) => operation === 'putObject')).toEqual([]);

  await app.value('resumeAllUploads');
  for (const id of [A, B, C]) await app.until(id, 'done');
});

test.each(['uploadSession', 'retryUpload'] as const)(
  '*Pause all* right after %s pauses it, *Resume all* after that does not',
  async (command) => {
    const app = await start();
    await app.sessions.addExported(A, Buffer.alloc(MIB));
    await app.value('setUploadConfig', form);
    if (command === 'retryUpload') {
      const failure = storeFailure('needs-user', 'AccessDenied');
      app.store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
      await app.value('uploadSession', A);
      await app.until(A, 'failed');
    }
    const asked = app.value(command, A);
    await app.value('pauseAllUploads');
    await asked;
    expect(await reasonOf(app, A)).toEqual({ kind: 'paused' });
    await app.value('cancelUpload', A);
    const again = app.value('uploadSession', A);
    await Promise.all([app.value('pauseAllUploads'), app.value('resumeAllUploads'), again]);
    await app.until(A, 'done');
  },
);

describe('a paused upload whose bundle was removed', () => {
  const gone = {
    code: 'BundleMissing',
    message: 'The bundle is no longer on this computer.',
    action: 'Export it again first.',
  };
  async function pausedApp() {
    const app = await start();
    for (const id of [A, B, C]) await app.sessions.addExported(id, Buffer.alloc(MIB));
    await app.value('setUploadConfig', form);
    const queued = app.value('uploadAllSessions');
    await app.value('pauseAllUploads');
    await queued;
    await rm(app.sessions.bundleFile(B));
    return app;
  }

  test('is not resumed, and stays paused', async () => {
    const app = await pausedApp();
    expect(await app.call('resumeUpload', B)).toEqual({
      ok: false,
      error: expect.objectContaining(gone) as unknown,
    });
    expect(await reasonOf(app, B)).toEqual({ kind: 'paused' });
  });

  test('keeps no other from being resumed', async () => {
    const app = await pausedApp();
    await app.value('resumeAllUploads');
    for (const id of [A, C]) await app.until(id, 'done');
    expect(await reasonOf(app, B)).toEqual({ kind: 'paused' });
  });

  test('and failed is not retried', async () => {
    const app = await pausedApp();
    const failure = storeFailure('needs-user', 'AccessDenied');
    app.store.faults.add({ on: { operation: 'putObject', key: keyOf(A) }, when: 'before', failure });
    await app.value('resumeUpload', A);
    await app.until(A, 'failed');
    await rm(app.sessions.bundleFile(A));
    expect(await app.call('retryUpload', A)).toEqual({
      ok: false,
      error: expect.objectContaining(gone) as unknown,
    });
    expect((await app.row(A)).uploadStatus).toBe('failed');
  });
});

test.each([
  ['pauseUpload', 'resumeUpload'],
  ['pauseAllUploads', 'resumeAllUploads'],
  ['pauseUpload', 'resumeAllUploads'],
  ['pauseAllUploads', 'resumeUpload'],
] as const)('%s right after %s counts, since it came last', async (pause, resume) => {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  const queued = app.value('uploadSession', A);
  await app.value('pauseAllUploads');
  await queued;
  const press = (command: CommandName) => app.value(command, ...(command.endsWith('AllUploads') ? [] : [A]));
  await Promise.all([press(resume), press(pause)]);
  expect(await reasonOf(app, A)).toEqual({ kind: 'paused' });
  await Promise.all([press(pause), press(resume)]);
  await app.until(A, 'done');
});

test('an upload that was through when it was paused is done', () => {
  const [a] = IDS as [string];
  const running = last(play([ready(3), enqueue(a)]));
  const { runId } = running.running!;
  const paused = last(play([{ kind: 'paused', jobIds: [a], now: 1 }], running));
  expect(paused.running).toMatchObject({ stopping: 'paused' });
  const result = { etag: 'e', verifiedAt: 2 };
  const done = last(play([{ kind: 'succeeded', runId, result, now: 2 }], paused));
  expect(done).toMatchObject({ running: null, items: { [a]: { status: 'done', reason: undefined } } });
});

test('resumed while its last request is still on the way, it begins again only after that', () => {
  const [a] = IDS as [string];
  const running = last(play([ready(3), enqueue(a)]));
  const { runId } = running.running!;
  const steps = play(
    [
      { kind: 'paused', jobIds: [a], now: 1 },
      { kind: 'resumed', jobIds: [a], now: 2 },
      { kind: 'stopped', runId, now: 3 },
    ],
    running,
  );
  expect(steps.map(({ effects }) => effects.filter(({ kind }) => kind === 'start').length)).toEqual([
    0, 0, 1,
  ]);
  expect(last(steps).items[a]).toMatchObject({ status: 'uploading' });
});
