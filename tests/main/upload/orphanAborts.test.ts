import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';

/** A session deleted in the middle of its upload while the network is gone: its multipart upload stays behind. */
async function deletedWhileUnreachable() {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(12 * MIB));
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'hang' });
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await eventually(() => expect(app.store.calls.some((c) => c.partNumber === 3)).toBe(true));
  const failure = storeFailure('unreachable', 'ENETUNREACH');
  for (const operation of ['abortMultipartUpload', 'listMultipartUploads'] as const)
    app.store.faults.add({ on: { operation }, when: 'before', failure, times: 99 });
  await app.system.forget(A);
  await rm(path.join(app.sessions.dir, A), { recursive: true });
  const tries = () => app.store.calls.filter((c) => c.operation === 'abortMultipartUpload').length;
  await eventually(() => expect(app.clock.untilNextTimer()).toBe(60_000));
  expect(app.store.uploads.size).toBe(1);
  return { ...app, tries };
}

const gone = (app: { store: { uploads: Map<string, unknown> } }) =>
  eventually(() => expect(app.store.uploads.size).toBe(0));

test('what could not be aborted is aborted after a restart', async () => {
  const app = await deletedWhileUnreachable();
  await app.system.close();
  app.store.faults.clear();
  await start(app);
  await gone(app);
});

test('it is tried again by itself, ever later', async () => {
  const app = await deletedWhileUnreachable();
  const before = app.tries();
  const triesIn = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      app.clock.advance(60_000);
      await nextTurn();
    }
    return app.tries() - before;
  };
  expect(await triesIn(60)).toBeGreaterThanOrEqual(3);
  // After 1, 3, 7, 15, 31 and 63 minutes, then every hour.
  expect(await triesIn(6 * 60)).toBeLessThanOrEqual(12);
  app.store.faults.clear();
  await triesIn(60);
  await gone(app);
});

test('it is tried after a wake-up', async () => {
  const app = await deletedWhileUnreachable();
  app.store.faults.clear();
  app.system.notifyWake();
  await gone(app);
});

test('it is tried with new settings', async () => {
  const app = await deletedWhileUnreachable();
  app.store.faults.clear();
  await app.value('setUploadConfig', form);
  await gone(app);
});

test('it is tried when another upload went well', async () => {
  const app = await deletedWhileUnreachable();
  app.store.faults.clear();
  await app.sessions.addExported(B, Buffer.alloc(9));
  await app.value('uploadSession', B);
  await app.until(B, 'done');
  await gone(app);
});
