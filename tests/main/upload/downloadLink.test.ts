import { expect, test } from 'vitest';
import type { Reply } from '../../../src/shared/appError';
import type { DownloadLink } from '../../../src/shared/upload';
import { MIB } from './support';
import { form, start } from './uploadHouse';

const A = '20260101-000000-000a';
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
  const error = { code: 'ENOTFOUND', message: 'The server cannot be reached.', action: 'Wait.' };
  app.links.told = { keysEndAt: inAMinute, unchecked: error };
  expect(await app.value<DownloadLink>('makeDownloadLink', A, 3600)).toMatchObject({
    expiresAt: inAMinute,
    keysEndAt: inAMinute,
    unchecked: 'The server cannot be reached.',
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
