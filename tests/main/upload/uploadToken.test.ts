import { expect, test } from 'vitest';
import { checksumOf } from '../../fakes/bodyChecksums';
import { storeFailure } from '../../fakes/storeFaults';
import { bench, failed, KEY, MIB, SESSION, stored } from './support';

type Bench = Awaited<ReturnType<typeof bench>>;

/** The same bundle of the same session, sent by the app from a copy of the data folder on another computer. */
async function sendFromElsewhere({ store, content }: Bench): Promise<void> {
  const metadata = { 'upload-token': 'of-another-computer', 'session-id': SESSION };
  const checksum = await checksumOf('CRC32', content);
  await store.putObject({ key: KEY, body: content, contentType: 'application/zip', metadata, checksum });
}

const tokenInBucket = ({ store }: Bench) => store.objects.get(KEY)!.head.metadata['upload-token'];

test.each([
  ['in one piece', 'putObject', MIB],
  ['in parts', 'completeMultipartUpload', 11 * MIB],
] as const)(
  'another upload’s object is not taken for this one’s after a broken attempt, %s',
  async (_how, operation, size) => {
    const made = await bench(size);
    const { store, content, bench: upload } = made;
    store.faults.add({ on: { operation }, when: 'before', failure: storeFailure('retry') });
    await failed(upload.run());
    await sendFromElsewhere(made);
    await upload.run();
    expect(tokenInBucket(made)).toBe(upload.disk.uploadToken);
    expect(stored(store).equals(content)).toBe(true);
  },
);

test.each([
  ['in one piece', 'putObject', MIB],
  ['in parts', 'completeMultipartUpload', 11 * MIB],
] as const)('nor when it came in between, %s: that is told', async (_how, operation, size) => {
  const made = await bench(size);
  const { store, bench: upload } = made;
  const honest = store[operation].bind(store) as (input: unknown) => Promise<never>;
  store[operation] = async (input: unknown) => {
    const reply = await honest(input);
    await sendFromElsewhere({ ...made, store: Object.assign(store, { [operation]: honest }) });
    return reply;
  };
  expect((await failed(upload.run())).problem.code).toBe('ObjectExists');
  expect(tokenInBucket(made)).toBe('of-another-computer');
});
