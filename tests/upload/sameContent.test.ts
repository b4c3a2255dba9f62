import { randomBytes } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Checksum } from '../../src/upload/objectStore/objectStore';
import type { WantedJob } from '../../src/upload/queue/jobRunner';
import { checksumOf } from '../fakes/bodyChecksums';
import { FAKE_NOW_MS } from '../fakes/FakeClock';
import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { storeFailure } from '../fakes/storeFaults';
import { KEEPS_CRC32, MIB, testConfig } from '../main/upload/support';
import { makeHouse, type House } from './runnerHouse';

type Theirs = {
  algorithm?: Checksum['algorithm'];
  metadata?: Record<string, string>;
  /** Absent: in one piece. */
  partMib?: number;
};

const OTHER_CLIENT = { mtime: '1795000000.5' };

/** Has another program put an object at the file's key. */
async function putTheirs({ store }: House, key: string, content: Buffer, theirs: Theirs = {}) {
  const { algorithm, metadata = OTHER_CLIENT, partMib } = theirs;
  const about = { key, contentType: 'a/b', metadata };
  const sum = (body: Buffer) => (algorithm ? checksumOf(algorithm, body) : undefined);
  if (partMib === undefined) {
    await store.putObject({ ...about, body: content, checksum: await sum(content) });
  } else {
    const { uploadId } = await store.createMultipartUpload({ ...about, checksumAlgorithm: algorithm });
    const parts: { number: number; etag: string; checksum?: Checksum }[] = [];
    for (let offset = 0; offset < content.length; offset += partMib * MIB) {
      const body = content.subarray(offset, offset + partMib * MIB);
      const part = { number: parts.length + 1, checksum: await sum(body) };
      parts.push({ ...part, ...(await store.uploadPart({ key, uploadId, body, ...part })) });
    }
    await store.completeMultipartUpload({ key, uploadId, parts });
  }
  store.calls.length = 0;
}

async function run(house: House, file: WantedJob): Promise<void> {
  house.events.length = 0;
  house.store.calls.length = 0;
  await house.runner.enqueue([file]);
  await house.untilIdle();
}

const calls = ({ store }: House) => store.calls.map(({ operation }) => operation);
const outcome = ({ events }: House) =>
  events.flatMap((event) => (event.kind === 'ended' ? [event.state.problem?.code ?? event.how] : []));
const stands = (house: House, content: Buffer) =>
  expect(Buffer.from(house.store.objects.get('in/f')!.body).equals(content)).toBe(true);

const LARGE = 17 * MIB;
/** Not to be tried again meanwhile. */
const CRC32_FOUND = { ...KEEPS_CRC32, foundAtMs: FAKE_NOW_MS };

const PROVEN: [string, number, Theirs][] = [
  ['in one piece', 1000, { algorithm: 'CRC32' }],
  ['an empty one', 0, { algorithm: 'CRC32' }],
  ['in one piece, of more than one read', 3 * MIB, { algorithm: 'CRC64NVME' }],
  ['with no more than an MD5', 1000, {}],
  ['without metadata', 1000, { algorithm: 'CRC32', metadata: {} }],
  ['without metadata, with another checksum', 1000, { algorithm: 'CRC64NVME', metadata: {} }],
  ['of one part', 1000, { algorithm: 'CRC32', partMib: 5 }],
  ['in parts of another size than the file’s one', 4 * MIB, { partMib: 5 }],
  ['in parts of our size', LARGE, { algorithm: 'CRC32', partMib: 5 }],
  ['in parts of our size, with no more than MD5s', LARGE, { partMib: 5 }],
  ['in parts of another size', LARGE, { algorithm: 'CRC32', partMib: 8 }],
  ['in parts of another size, with no more than MD5s', LARGE, { partMib: 8 }],
  ['in parts of a rare size', LARGE, { partMib: 6 }],
  ['in parts, with a checksum of the whole', LARGE, { algorithm: 'CRC64NVME', partMib: 7 }],
  ['in one piece that we would cut', LARGE, { algorithm: 'CRC32' }],
];

test.each(PROVEN)('an object of the same content counts as unchanged: %s', async (_, size, theirs) => {
  const house = await makeHouse();
  const content = randomBytes(size);
  const file = await house.file('f', content);
  await putTheirs(house, 'in/f', content, theirs);
  const before = house.store.objects.get('in/f');
  await run(house, file);
  expect(outcome(house)).toEqual(['unchanged']);
  expect(calls(house)).toEqual(size <= 5 * MIB ? ['putObject', 'headObject'] : ['headObject']);
  expect(house.store.objects.get('in/f')).toBe(before);

  await run(house, file);
  expect(outcome(house)).toEqual(['unchanged']);
  expect(calls(house)).toEqual(['headObject']);

  await utimes(file.job.source, 1, 1);
  await run(house, file);
  expect(outcome(house)).toEqual(['unchanged']);
  expect(calls(house)).toEqual(['headObject']);
});

test.each(PROVEN.filter(([, size]) => size > 0))(
  'one of other content does not, and stays: %s',
  async (_, size, theirs) => {
    const house = await makeHouse();
    const file = await house.file('f', randomBytes(size));
    const content = randomBytes(size);
    await putTheirs(house, 'in/f', content, theirs);
    await run(house, file);
    expect(outcome(house)).toEqual(['ObjectExists']);
    stands(house, content);
    expect(house.store.uploads.size).toBe(0);

    await run(house, file);
    expect(outcome(house)).toEqual(['ObjectExists']);
    expect(calls(house)).toEqual(['headObject']);
  },
);

test('what cannot be recomputed is no proof', async () => {
  for (const told of [{ etag: '"an-opaque-tag"' }, { etag: undefined }, { size: undefined }]) {
    const house = await makeHouse();
    const content = randomBytes(1000);
    const file = await house.file('f', content);
    await putTheirs(house, 'in/f', content);
    const head = house.store.headObject.bind(house.store);
    house.store.headObject = async (input) => ({ ...(await head(input))!, ...told });
    await run(house, file);
    expect(outcome(house)).toEqual(['ObjectExists']);
  }
});

test.each([
  ['a small file', 1000, OTHER_CLIENT],
  ['a small file, beside an object without metadata', 1000, {}],
  ['a large file', LARGE, OTHER_CLIENT],
  ['a large file, beside an object without metadata', LARGE, {}],
])('a file that changes later does not take the place of the object: %s', async (_, size, metadata) => {
  const house = await makeHouse();
  const content = randomBytes(size);
  await putTheirs(house, 'in/f', content, { algorithm: 'CRC32', metadata });
  await run(house, await house.file('f', content));
  expect(outcome(house)).toEqual(['unchanged']);
  for (const changed of [randomBytes(size), randomBytes(size + 1)]) {
    await run(house, await house.file('f', changed));
    expect(outcome(house)).toEqual(['ObjectExists']);
    stands(house, content);
  }
  await run(house, await house.file('f', content));
  expect(outcome(house)).toEqual(['unchanged']);
  const rest = randomBytes(size);
  await run(house, await house.file('f', rest, { ifExists: 'replace' }));
  expect(outcome(house)).toEqual(['uploaded']);
  stands(house, rest);
});

test('an object of the same content that is replaced later is not taken for the one that was found', async () => {
  const house = await makeHouse();
  const content = randomBytes(1000);
  const file = await house.file('f', content);
  await putTheirs(house, 'in/f', content, { algorithm: 'CRC32' });
  await run(house, file);
  await putTheirs(house, 'in/f', randomBytes(1000), { algorithm: 'CRC32' });
  await run(house, file);
  expect(outcome(house)).toEqual(['ObjectExists']);
  house.store.objects.clear();
  await run(house, file);
  expect(outcome(house)).toEqual(['uploaded']);
  stands(house, content);
});

test('where the record of an upload was lost, its object counts, and is replaced once the file changes', async () => {
  for (const size of [1000, LARGE]) {
    const house = await makeHouse();
    const content = randomBytes(size);
    const file = await house.file('f', content);
    await run(house, file);
    await house.table().remove('f');
    await run(house, file);
    expect(outcome(house)).toEqual(['unchanged']);
    expect(house.store.bytesReceived('uploadPart')).toBe(0);
    await utimes(file.job.source, 1, 1);
    await run(house, file);
    expect(outcome(house)).toEqual(['unchanged']);
    expect(calls(house)).toEqual(['headObject']);
    const changed = randomBytes(size);
    await run(house, await house.file('f', changed));
    expect(outcome(house)).toEqual(['uploaded']);
    stands(house, changed);
  }
});

test('an object of the same content that comes while parts are sent counts, and the parts are aborted', async () => {
  for (const conditionalWrites of [true, false]) {
    const house = await makeHouse();
    await house.capabilities.remember(testConfig, { ...CRC32_FOUND, conditionalWrites });
    const content = randomBytes(LARGE);
    const file = await house.file('f', content);
    const { store } = house;
    const theirs = new MemoryObjectStore();
    await putTheirs({ store: theirs } as House, 'in/f', content, { algorithm: 'CRC64NVME', partMib: 8 });
    const head = store.headObject.bind(store);
    // After the last look, or before it.
    let looksLeft = conditionalWrites ? 2 : 1;
    store.headObject = async (input) => {
      const found = await head(input);
      if (--looksLeft === 0) store.objects.set('in/f', theirs.objects.get('in/f')!);
      return found;
    };
    await run(house, file);
    expect(outcome(house)).toEqual(['unchanged']);
    expect(store.objects.get('in/f')).toBe(theirs.objects.get('in/f'));
    expect(store.uploads.size).toBe(0);
    expect(calls(house)).toContain('abortMultipartUpload');
  }
});

test('a server without conditions is looked at first, and is sent nothing', async () => {
  const house = await makeHouse();
  await house.capabilities.remember(testConfig, { ...CRC32_FOUND, conditionalWrites: false });
  const content = randomBytes(1000);
  const file = await house.file('f', content);
  await putTheirs(house, 'in/f', content, { algorithm: 'CRC32' });
  await run(house, file);
  expect(outcome(house)).toEqual(['unchanged']);
  expect(calls(house)).toEqual(['headObject']);
});

test('a server that keeps no checksums tells MD5s', async () => {
  for (const [size, partMib] of [
    [1000, undefined],
    [LARGE, 5],
    [LARGE, 8],
  ] as const) {
    const house = await makeHouse();
    house.store = new MemoryObjectStore({ keepsChecksums: false });
    await house.capabilities.remember(testConfig, { ...CRC32_FOUND, checksumAlgorithm: 'MD5' });
    const content = randomBytes(size);
    const file = await house.file('f', content);
    await putTheirs(house, 'in/f', content, { partMib });
    await run(house, file);
    expect(outcome(house)).toEqual(['unchanged']);
    await run(house, await house.file('f', randomBytes(size)));
    expect(outcome(house)).toEqual(['ObjectExists']);
    stands(house, content);
  }
});

test('an occupied key costs one look, and nothing more for what may be overwritten', async () => {
  const house = await makeHouse();
  const content = randomBytes(1000);
  await putTheirs(house, 'in/f', content, { algorithm: 'CRC32' });
  await run(house, await house.file('f', randomBytes(999)));
  expect(calls(house)).toEqual(['putObject', 'headObject']);
  await run(house, await house.file('g', content));
  expect(calls(house)).toEqual(['putObject']);
  await putTheirs(house, 'in/h', content, { algorithm: 'CRC32' });
  await run(house, await house.file('h', content, { ifExists: 'replace' }));
  expect(outcome(house)).toEqual(['uploaded']);
  expect(calls(house)).toEqual(['putObject']);
});

test('a comparison that breaks off is tried again', async () => {
  const house = await makeHouse();
  const content = randomBytes(LARGE);
  const file = await house.file('f', content);
  await putTheirs(house, 'in/f', content, { algorithm: 'CRC32', partMib: 8 });
  const failure = storeFailure('unreachable', 'ECONNREFUSED');
  house.store.faults.add({ on: { operation: 'headObject' }, when: 'before', failure, times: 3 });
  await run(house, file);
  expect(outcome(house).at(-1)).toBe('unchanged');
  expect(house.store.bytesReceived()).toBe(0);
});

/** Other content than any before. It ends with its own CRC-32, as firmware images do: all of them have the same one. */
function withOwnCrc32(size: number): Buffer {
  const content = randomBytes(size);
  content.writeUInt32LE(crc32(content.subarray(0, -4)), size - 4);
  return content;
}

test.each([1000, LARGE])('an object with the same CRC-32 only is another one: %i bytes', async (size) => {
  const house = await makeHouse();
  const theirs = withOwnCrc32(size);
  await putTheirs(house, 'in/f', theirs, { algorithm: 'CRC32' });
  await run(house, await house.file('f', withOwnCrc32(size)));
  expect(outcome(house)).toEqual(['ObjectExists']);
  stands(house, theirs);
});

test.each([1000, LARGE])('a changed file with the same CRC-32 is uploaded: %i bytes', async (size) => {
  const house = await makeHouse();
  await house.capabilities.remember(testConfig, CRC32_FOUND);
  await run(house, await house.file('f', withOwnCrc32(size)));
  const changed = withOwnCrc32(size);
  await run(house, await house.file('f', changed));
  expect(outcome(house)).toEqual(['uploaded']);
  stands(house, changed);
});

test('parts of a file that changed are sent again, although their CRC-32 is the same', async () => {
  const house = await makeHouse();
  await house.capabilities.remember(testConfig, CRC32_FOUND);
  const before = withOwnCrc32(LARGE);
  const wanted = await house.file('f', before);
  const complete = house.store.completeMultipartUpload.bind(house.store);
  house.store.completeMultipartUpload = async () => {
    throw storeFailure('needs-user', 'AccessDenied');
  };
  await run(house, wanted);
  house.store.completeMultipartUpload = complete;
  // Only the last part differs, and its CRC-32 is the same.
  const end = withOwnCrc32(MIB);
  const changed = Buffer.concat([before.subarray(0, -MIB), end]);
  changed.writeUInt32LE(crc32(changed.subarray(0, -4)), LARGE - 4);
  await run(house, await house.file('f', changed));
  expect(outcome(house)).toEqual(['uploaded']);
  stands(house, changed);
});
