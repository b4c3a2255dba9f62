import { stat, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checksumOf } from '../../fakes/bodyChecksums';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const KEY = `sessions/${A}/${A}.zip`;
const content = Buffer.alloc(11 * MIB, 'bundle');

type App = Awaited<ReturnType<typeof start>>;

/** Another program has put the session's bundle at its key. */
async function putTheirs({ store }: App, metadata: Record<string, string>) {
  const checksum = await checksumOf('CRC32', content);
  await store.putObject({ key: KEY, body: content, contentType: 'a/b', metadata, checksum });
  return store.objects.get(KEY)!;
}

async function exportAnew(app: App): Promise<void> {
  const bundle = app.sessions.bundleFile(A);
  const { atime, mtimeMs } = await stat(bundle);
  await writeFile(bundle, Buffer.alloc(content.length, 'changed'));
  await utimes(bundle, atime, new Date(mtimeMs + 5000));
}

test.each<[string, Record<string, string>]>([
  ['with other metadata', { mtime: '1795000000.5' }],
  ['without metadata', {}],
])('a bundle that another program uploaded is found, and never replaced: %s', async (_, metadata) => {
  const app = await start();
  await app.sessions.addExported(A, content);
  await app.value('setUploadConfig', form);
  const theirs = await putTheirs(app, metadata);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  expect(app.store.objects.get(KEY)).toBe(theirs);
  expect(app.store.uploads.size).toBe(0);
  expect(await app.value('checkUpload', A)).toMatchObject({ found: 'same' });

  await app.untilOnDisk(A, 'done');
  await app.system.close();
  const later = await start(app);
  expect((await later.row(A)).uploadStatus).toBe('done');
  expect(await later.value('checkUpload', A)).toMatchObject({ found: 'same' });

  await exportAnew(later);
  expect(await later.call('uploadSession', A)).toMatchObject({ error: { code: 'WouldReplace' } });
  await later.value('replaceUpload', A);
  await later.until(A, 'failed');
  expect(await later.row(A)).toMatchObject({ upload: { errorDetail: { code: 'ObjectExists' } } });
  expect(later.store.objects.get(KEY)).toBe(theirs);
  await later.value('uploadSession', A);
  await later.until(A, 'failed');
  expect(later.store.objects.get(KEY)).toBe(theirs);

  app.store.objects.set(KEY, { ...theirs, head: { ...theirs.head, size: 9 } });
  expect(await later.value('checkUpload', A)).toMatchObject({ found: 'other' });
});
