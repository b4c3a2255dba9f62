import { expect, test } from 'vitest';
import type { Reply } from '../../../src/shared/appError';
import type { DownloadLink } from '../../../src/shared/upload';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const KEY = `sessions/${A}/${A}.zip`;
const ADVICE = {
  gone: 'Upload it again, then copy the link.',
  other: 'Look at that object first; uploading again would replace it.',
};
const codeOf = (reply: Reply<unknown>) => (reply.ok ? 'ok' : reply.error.code);

async function appWithUpload() {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  return app;
}

test('a link leads to where the upload went, and says when it ends', async () => {
  const app = await appWithUpload();
  // A new prefix moves later uploads, not this one.
  await app.value('setUploadConfig', { ...form, keyPrefix: 'elsewhere/' });
  // Within a second, of which a signature names the beginning.
  app.clock.advance(999);
  const signedAtMs = app.clock.now() - 999;
  const link = await app.value<DownloadLink>('makeDownloadLink', A, 3600);
  expect(link).toEqual({
    url: `https://recordings.test/sessions/${A}/${A}.zip?from=${signedAtMs}&expires=3600`,
    expiresAt: signedAtMs + 3_600_000,
  });
  await app.value('copyText', link.url);
  expect(app.copied).toEqual([link.url]);
});

test('a link ends with the keys that sign it, and says when it could not be tried out', async () => {
  const app = await appWithUpload();
  const inAMinute = app.clock.now() + 60_000;
  const error = { code: 'ENOTFOUND', facts: { kind: 'unreachable', server: 's3.test' } } as const;
  app.links.told = { keysEndAt: inAMinute, unchecked: error };
  expect(await app.value<DownloadLink>('makeDownloadLink', A, 3600)).toMatchObject({
    expiresAt: inAMinute,
    keysEndAt: inAMinute,
    unchecked: 's3.test cannot be reached.',
  });
  app.links.told = { keysEndAt: app.clock.now() + 86_400_000 };
  const { expiresAt, keysEndAt } = await app.value<DownloadLink>('makeDownloadLink', A, 3600);
  expect(expiresAt).toBeLessThan(keysEndAt!);
});

test('no link is made to what is not there, or to another server than the upload’s', async () => {
  const app = await appWithUpload();
  expect(codeOf(await app.call('makeDownloadLink', '20260202-000000-000b', 3600))).toBe('NotUploaded');
  expect(codeOf(await app.call('makeDownloadLink', A, 30 * 86_400))).not.toBe('ok');
  await app.value('setUploadConfig', { ...form, endpoint: 'https://s3.other.test' });
  expect(codeOf(await app.call('makeDownloadLink', A, 3600))).toBe('OtherDestination');
});

test.each([
  ['gone', 'ObjectGone'],
  ['other', 'ObjectReplaced'],
] as const)(
  'no link is made to an object that is %s, and the row knows it like by a Check',
  async (found, code) => {
    const app = await appWithUpload();
    const object = app.store.objects.get(KEY)!;
    const metadata = { 'upload-token': 'somebody else’s' };
    if (found === 'gone') app.store.objects.clear();
    else app.store.objects.set(KEY, { ...object, head: { ...object.head, metadata } });
    app.clock.advance(5000);
    const refused = await app.call('makeDownloadLink', A, 3600);
    expect(codeOf(refused)).toBe(code);
    expect(refused).toMatchObject({ error: { action: ADVICE[found] } });
    const checkedAt = app.clock.now();
    expect((await app.row(A)).uploaded?.check).toEqual({ found, checkedAt });
    expect(app.pushed.at(-1)).toEqual({ name: 'sessions:changed', payload: { sessionId: A } });
    await app.system.close();
    const later = await start(app);
    expect((await later.row(A)).uploaded?.check).toEqual({ found, checkedAt });
  },
);

test('a link that the bucket answers with 404 is looked after, one that it was not asked about is not', async () => {
  const app = await appWithUpload();
  app.store.objects.clear();
  app.links.refused = storeFailure('needs-user', 'NoSuchKey', { httpStatus: 404 });
  expect(codeOf(await app.call('makeDownloadLink', A, 3600))).toBe('ObjectGone');
  expect((await app.row(A)).uploaded?.check?.found).toBe('gone');

  const other = await appWithUpload();
  other.store.objects.clear();
  other.links.told = { unchecked: { code: 'ENOTFOUND', facts: { kind: 'unreachable' } } };
  expect(codeOf(await other.call('makeDownloadLink', A, 3600))).toBe('ok');
  expect((await other.row(A)).uploaded?.check).toBeUndefined();
});
