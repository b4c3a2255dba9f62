import { copyFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';

import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const KEY = `sessions/${A}/${A}.zip`;
const content = (fill: number) => new Uint8Array(9).fill(fill);

async function appWithUpload() {
  const app = await start();
  const bundle = app.sessions.bundleFile(A);
  await app.sessions.addExported(A, content(0));
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  const changed = async () => (await app.row(A)).changedSinceUpload;
  expect(await changed()).toBeUndefined();
  return { app, bundle, changed, object: () => app.store.objects.get(KEY)?.body };
}

/** Another bundle of the same size, written five seconds later. */
async function exportAnew(bundle: string): Promise<void> {
  const { atime, mtimeMs } = await stat(bundle);
  await writeFile(bundle, content(1));
  await utimes(bundle, atime, new Date(mtimeMs + 5000));
}

test('a bundle that changed after its upload is shown so, also by the next start of the app', async () => {
  const { app, bundle } = await appWithUpload();
  await exportAnew(bundle);
  const shown = { uploadStatus: 'done', changedSinceUpload: true, location: `s3://recordings/${KEY}` };
  expect(await app.row(A)).toMatchObject(shown);
  await app.system.close();
  expect(await (await start(app)).row(A)).toMatchObject(shown);
});

test('what stands in the bucket is replaced by a click on its own row only', async () => {
  const { app, bundle, changed, object } = await appWithUpload();
  const token = () => app.store.objects.get(KEY)!.head.metadata['upload-token'];
  const before = token();
  await exportAnew(bundle);
  expect(await app.value('uploadAllSessions')).toEqual({ queued: 0 });
  expect(object()).toEqual(content(0));
  const refused = await app.call('uploadSession', A);
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'WouldReplace', details: `s3://recordings/${KEY}` },
  });
  expect(object()).toEqual(content(0));
  await app.value('replaceUpload', A);
  await eventually(() => expect(object()).toEqual(content(1)));
  await app.until(A, 'done');
  expect(await changed()).toBeUndefined();
  expect(app.store.objects.size).toBe(1);
  expect(token()).not.toBe(before);
});

test('neither a copy that kept its time to the second nor a bundle that is gone has changed', async () => {
  const { bundle, changed } = await appWithUpload();
  const { atime, mtime, ino } = await stat(bundle);
  await copyFile(bundle, `${bundle}.copy`);
  await utimes(`${bundle}.copy`, atime, Math.floor(mtime.getTime() / 1000));
  await rename(`${bundle}.copy`, bundle);
  expect((await stat(bundle)).ino).not.toBe(ino);
  expect(await changed()).toBeUndefined();
  await rm(bundle);
  expect(await changed()).toBeUndefined();
});

test('a copy that was brought back with a time of its own has not changed, while it is what was made', async () => {
  const { app, bundle, changed } = await appWithUpload();
  const { atime, size, mtimeMs } = await stat(bundle);
  await utimes(bundle, atime, new Date(mtimeMs + 60_000));
  expect(await changed()).toBe(true); // nothing tells what was made
  app.sessions.made = { size, modifiedAt: Math.round(mtimeMs) };
  expect(await changed()).toBeUndefined();
  expect(await app.value('checkUpload', A)).not.toHaveProperty('bundleChanged');
  app.sessions.damage = { code: 'BundleDamaged', message: 'It was changed.', action: 'Export again.' };
  expect(await changed()).toBe(true);
  app.sessions.damage = null;
  app.sessions.made = { size, modifiedAt: mtimeMs + 60_000 }; // exported again since
  expect(await changed()).toBe(true);
});

test('a bundle that was overwritten has changed, though size and time are the same', async () => {
  const { app, bundle, changed } = await appWithUpload();
  const { atime, mtime, size, mtimeMs } = await stat(bundle);
  app.sessions.made = { size, modifiedAt: Math.round(mtimeMs) };
  await writeFile(bundle, content(1));
  await utimes(bundle, atime, mtime);
  app.sessions.damage = { code: 'BundleDamaged', message: 'It was changed.', action: 'Export again.' };
  expect(await changed()).toBe(true);
  expect(await app.value('checkUpload', A)).toMatchObject({ found: 'same', bundleChanged: true });
});

test('of a bundle that is gone, what its export left tells whether it was another', async () => {
  const { app, bundle, changed } = await appWithUpload();
  const { size, mtimeMs } = await stat(bundle);
  await rm(bundle);
  app.sessions.made = { size, modifiedAt: mtimeMs - 60_000 }; // a copy with a time of its own was uploaded
  expect(await changed()).toBeUndefined();
  app.sessions.made = { size: size + 1, modifiedAt: mtimeMs + 60_000 };
  expect(await changed()).toBe(true);
  expect(await app.value('checkUpload', A)).toMatchObject({ found: 'same', bundleChanged: true });
  app.sessions.made = { modifiedAt: mtimeMs + 60_000 };
  expect(await changed()).toBe(true);
  app.sessions.made = { modifiedAt: Math.round(mtimeMs) };
  expect(await changed()).toBeUndefined();
});

test('one whose summary cannot be read leaves the others in the list', async () => {
  const { app, bundle } = await appWithUpload();
  await rm(bundle);
  const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  app.sessions.madeBundle = () => Promise.reject(refused);
  expect(await app.row(A)).toMatchObject({ uploadStatus: 'done' });
});
