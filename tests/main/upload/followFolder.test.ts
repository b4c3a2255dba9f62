import { cp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually, MIB } from './support';
import { form, start } from './uploadHouse';

const A = '20260101-000000-000a';
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
  await app.until(A, 'done');
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
  expect(app.system.hasWork()).toBe(false);
  await eventually(() => expect(app.store.uploads.size).toBe(0));
  await rename(aside, folder);
  await app.system.follow({ appeared: [A], gone: [] });
  await app.until(A, 'done');
  expect(app.store.objects.get(KEY)?.body).toHaveLength(12 * MIB);
  expect(app.notices).toEqual([]);
});
