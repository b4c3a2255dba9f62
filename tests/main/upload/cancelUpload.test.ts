import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHouse';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';

/** An app in which A hangs in its second part, and B waits for its turn. */
async function uploadingApp() {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(12 * MIB));
  await app.sessions.addExported(B, Buffer.alloc(10));
  await app.value('setUploadConfig', form);
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 2 }, when: 'hang' });
  await app.value('uploadSession', A);
  await app.value('uploadSession', B);
  await eventually(() => expect(app.store.calls.some((c) => c.partNumber === 2)).toBe(true));
  return app;
}

test('a cancel holds up the next upload for ten seconds at most, whatever does not answer', async () => {
  const app = await uploadingApp();
  // The key of the cancelled upload is looked at for what nobody recorded.
  app.store.faults.add({ on: { operation: 'listMultipartUploads' }, when: 'hang' });
  const before = app.store.calls.length;
  await app.value('cancelUpload', A);
  expect((await app.row(A)).uploadStatus).toBe('not_uploaded');
  await eventually(() =>
    expect(app.store.calls.slice(before).map(({ operation }) => operation)).toContain('listMultipartUploads'),
  );
  expect((await app.row(B)).uploadStatus).toBe('pending');
  app.clock.advance(10_000);
  await app.until(B, 'done');
  await eventually(() => expect(app.store.uploads.size).toBe(0));
});

test('a cancel while a profile gives no keys holds up nothing: nobody could look at the key anyway', async () => {
  const app = await uploadingApp();
  app.profile.wait('team');
  app.store.faults.add({ on: { operation: 'listMultipartUploads' }, when: 'hang', times: 9 });
  const failure = storeFailure('unreachable', 'CredentialProcessOffline');
  app.store.faults.add({ on: { operation: 'abortMultipartUpload' }, when: 'before', failure, times: 1 });
  await app.value('cancelUpload', A);
  await app.until(B, 'done');
  await eventually(() => expect(app.store.uploads.size).toBe(0));
});
