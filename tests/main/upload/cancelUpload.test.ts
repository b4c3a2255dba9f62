import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { storeFailure, type StoreOperation } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';

const SECOND_PART: Hang = { operation: 'uploadPart', partNumber: 2 };
type Hang = { operation: StoreOperation; partNumber?: number };

/** An app in which A hangs in the call, whose answer gets lost, and B waits for its turn. */
async function uploadingApp(on = SECOND_PART) {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(12 * MIB));
  await app.sessions.addExported(B, Buffer.alloc(10));
  await app.value('setUploadConfig', form);
  app.store.faults.add({ on, when: 'hang', done: true });
  await app.value('uploadSession', A);
  await app.value('uploadSession', B);
  await eventually(() => expect(app.store.calls).toContainEqual(expect.objectContaining(on)));
  return app;
}

test('a cancel holds up the next upload for ten seconds at most, whatever does not answer', async () => {
  const app = await uploadingApp({ operation: 'createMultipartUpload' });
  // The bucket is asked for the upload that nobody recorded.
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
});

test('a cancel while the server begins a multipart upload leaves nothing behind', async () => {
  const app = await uploadingApp({ operation: 'createMultipartUpload' });
  expect(app.store.uploads.size).toBe(1);
  await app.value('cancelUpload', A);
  await app.until(B, 'done');
  await eventually(() => expect(app.store.uploads.size).toBe(0));
});

test('a cancel asks for no unfinished uploads where the one that it stops is recorded', async () => {
  const app = await uploadingApp();
  const before = app.store.calls.length;
  await app.value('cancelUpload', A);
  await app.until(B, 'done');
  await eventually(() => expect(app.store.uploads.size).toBe(0));
  const after = app.store.calls.slice(before).map(({ operation }) => operation);
  expect(after).not.toContain('listMultipartUploads');
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
