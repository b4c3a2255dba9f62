import type { BigIntStats } from 'node:fs';
import * as z from 'zod/mini';
import { fileIdentitySchema } from '../../../src/shared/upload';
import { randomFillSync } from 'node:crypto';
import { chmod, copyFile, link, open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyFile, identityOf, sameFile, vouchesFor } from '../../../src/upload/transfer/fileIdentity';
import { storeFailure } from '../../fakes/storeFaults';
import type { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { bench, failed, MIB, stored } from './support';

/** A time in whole seconds, which every file system and `utimes` keep exactly. */
const THEN = new Date(1_750_000_000_000);
const SIZE = 17 * MIB;

type Interrupted = Awaited<ReturnType<typeof interrupted>>;

/** An upload of four parts that ended before `operation`. */
async function interrupted(operation: 'completeMultipartUpload' | 'uploadPart' = 'completeMultipartUpload') {
  const all = await bench(SIZE);
  await utimes(all.file, THEN, THEN);
  const on = operation === 'uploadPart' ? { operation, partNumber: 3 } : { operation };
  all.store.faults.add({ on, when: 'before', failure: storeFailure('retry') });
  await failed(all.bench.run());
  return { ...all, sentBefore: all.store.bytesReceived() };
}

const sentSince = ({ store, sentBefore }: Interrupted) => store.bytesReceived() - sentBefore;

/** Other bytes of the same size in the second part only. */
function otherPart(content: Buffer): Buffer {
  const other = Buffer.from(content);
  randomFillSync(other, 5 * MIB, 5 * MIB);
  return other;
}

async function overwriteInPlace(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(content, 0, content.length, 0);
  await handle.close();
  await utimes(file, THEN, THEN);
}

describe('between two starts of the app', () => {
  test.each<[string, (file: string, content: Buffer) => Promise<void>]>([
    ['overwritten in place, with its time put back', overwriteInPlace],
    [
      'removed and written anew, with its time put back',
      async (file, content) => {
        await rm(file);
        await writeFile(file, content);
        await utimes(file, THEN, THEN);
      },
    ],
    [
      'replaced by rename, with the same time',
      async (file, content) => {
        await writeFile(`${file}.new`, content);
        await utimes(`${file}.new`, THEN, THEN);
        await rename(`${file}.new`, file);
      },
    ],
    [
      'written through another hard link, with its time put back',
      async (file, content) => {
        await link(file, `${file}.link`);
        await overwriteInPlace(`${file}.link`, content);
      },
    ],
  ])('a bundle that was %s arrives as it is now', async (_how, replace) => {
    const upload = await interrupted();
    const now = otherPart(upload.content);
    await replace(upload.file, now);
    await upload.bench.run();
    expect(stored(upload.store).equals(now)).toBe(true);
    // Only what differs was sent again.
    expect(sentSince(upload)).toBe(5 * MIB);
    expect(upload.store.uploads.size).toBe(0);
  });

  test.each<[string, (file: string) => Promise<void>]>([
    [
      'copied back',
      async (file) => {
        await copyFile(file, `${file}.copy`);
        await rename(`${file}.copy`, file);
      },
    ],
    ['touched', (file) => utimes(file, new Date(), new Date())],
    ['given other permissions', (file) => chmod(file, 0o600)],
    ['given another name beside its own', (file) => link(file, `${file}.link`)],
  ])('a bundle that was %s is compared, and nothing is sent again', async (_how, touch) => {
    const upload = await interrupted();
    await touch(upload.file);
    await upload.bench.run();
    expect(stored(upload.store).equals(upload.content)).toBe(true);
    expect(sentSince(upload)).toBe(0);
    expect(upload.bench.disk.file).toMatchObject((await identifyFile(upload.file))!);
  });

  test('an object that was completed from the old bundle does not count for the new one', async () => {
    const upload = await bench(SIZE);
    await utimes(upload.file, THEN, THEN);
    const failure = storeFailure('retry');
    upload.store.faults.add({ on: { operation: 'completeMultipartUpload' }, when: 'after', failure });
    await failed(upload.bench.run());
    const now = otherPart(upload.content);
    await overwriteInPlace(upload.file, now);
    await upload.bench.run();
    expect(stored(upload.store).equals(now)).toBe(true);
  });

  test('nor does one that a single PUT left whose reply was lost', async () => {
    const { store, file, content, bench: upload } = await bench(1000);
    await utimes(file, THEN, THEN);
    store.faults.add({ on: { operation: 'putObject' }, when: 'after', failure: storeFailure('retry') });
    await failed(upload.run());
    await overwriteInPlace(file, Buffer.alloc(content.length, 7));
    await upload.run();
    expect(stored(store).equals(Buffer.alloc(content.length, 7))).toBe(true);
  });

  test('an object that was completed from a bundle that was copied back since is found whole', async () => {
    const upload = await bench(SIZE);
    const failure = storeFailure('retry');
    upload.store.faults.add({ on: { operation: 'completeMultipartUpload' }, when: 'after', failure });
    await failed(upload.bench.run());
    await copyFile(upload.file, `${upload.file}.copy`);
    await rename(`${upload.file}.copy`, upload.file);
    await upload.bench.run();
    expect(upload.store.bytesReceived()).toBe(SIZE);
    expect(upload.store.calls.filter((c) => c.operation === 'completeMultipartUpload')).toHaveLength(1);
  });

  test('a state of version 1 vouches for nothing: its parts are compared, where listing is denied too', async () => {
    const upload = await interrupted();
    const { disk } = upload.bench;
    const { size, mtimeMs } = disk.file!;
    const [first, second, ...rest] = disk.multipart!.parts;
    const withoutChecksum = { ...second!, checksum: undefined };
    const multipart = { ...disk.multipart!, parts: [first!, withoutChecksum, ...rest] };
    upload.bench.disk = { ...disk, file: { size, mtimeMs }, multipart };
    const now = otherPart(upload.content);
    await overwriteInPlace(upload.file, now);
    const denied = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
    upload.store.faults.add({ on: { operation: 'listParts' }, when: 'before', failure: denied });
    await upload.bench.run();
    expect(stored(upload.store).equals(now)).toBe(true);
    expect(sentSince(upload)).toBe(5 * MIB);
  });

  test('a kill while parts are compared leaves them to be compared again', async () => {
    const upload = await interrupted();
    const now = otherPart(upload.content);
    await overwriteInPlace(upload.file, now);
    for (let step = 1; step <= 3; step++) await upload.bench.run({ killAtSave: step }).catch(() => undefined);
    await upload.bench.run();
    expect(stored(upload.store).equals(now)).toBe(true);
  });
});

type Moment = {
  operation: 'uploadPart' | 'completeMultipartUpload' | 'putObject';
  nth: number;
  after?: true;
};

/** Runs `act` once: before or after the nth call of an operation takes effect. */
function at(store: MemoryObjectStore, { operation, nth, after }: Moment, act: () => Promise<void>): void {
  const honest = store[operation].bind(store) as (input: unknown) => Promise<unknown>;
  let calls = 0;
  const hooked = async (input: unknown) => {
    const isIt = (calls += 1) === nth;
    if (isIt && !after) await act();
    const reply = await honest(input);
    if (isIt && after) await act();
    return reply;
  };
  Object.assign(store, { [operation]: hooked });
}

describe('while it is being uploaded', () => {
  test.each<[string, Moment]>([
    ['when the third part is sent', { operation: 'uploadPart', nth: 3 }],
    ['after the last part', { operation: 'uploadPart', nth: 4, after: true }],
    ['after Complete', { operation: 'completeMultipartUpload', nth: 1, after: true }],
  ])(
    'a bundle that is overwritten %s, with its time put back, arrives as it is now',
    async (_when, moment) => {
      const { store, file, content, bench: upload } = await bench(SIZE);
      await utimes(file, THEN, THEN);
      const now = otherPart(content);
      at(store, moment, () => overwriteInPlace(file, now));
      await upload.run();
      expect(stored(store).equals(now)).toBe(true);
      expect(upload.disk.file).toMatchObject((await identifyFile(file))!);
      expect(store.uploads.size).toBe(0);
    },
  );

  test('so does a small one that is overwritten after its PUT', async () => {
    const { store, file, content, bench: upload } = await bench(1000);
    await utimes(file, THEN, THEN);
    const now = Buffer.alloc(content.length, 7);
    at(store, { operation: 'putObject', nth: 1, after: true }, () => overwriteInPlace(file, now));
    await upload.run();
    expect(stored(store).equals(now)).toBe(true);
  });

  test.each<[string, (file: string) => Promise<void>]>([
    ['new permissions', (file) => chmod(file, 0o600)],
    ['another hard link', (file) => link(file, `${file}.link`)],
    [
      'a copy of itself in its place',
      (file) => copyFile(file, `${file}.copy`).then(() => rename(`${file}.copy`, file)),
    ],
  ])('%s cost no acknowledged part', async (_what, touch) => {
    const { store, file, content, bench: upload } = await bench(SIZE);
    at(store, { operation: 'uploadPart', nth: 4, after: true }, () => touch(file));
    const { generation } = upload.disk;
    await upload.run();
    expect(stored(store).equals(content)).toBe(true);
    expect(store.bytesReceived()).toBe(SIZE);
    expect(upload.disk.generation).toBe(generation);
  });

  test('one that is removed after Complete is uploaded nevertheless', async () => {
    const { store, file, content, bench: upload } = await bench(SIZE);
    at(store, { operation: 'completeMultipartUpload', nth: 1, after: true }, () => rm(file));
    expect(await upload.run()).toMatchObject({ verifiedAt: 42 });
    expect(stored(store).equals(content)).toBe(true);
  });

  test('one that is touched each time before it is whole is given up in words, and keeps its parts', async () => {
    const { store, file, bench: upload } = await bench(SIZE);
    const honest = store.headObject.bind(store);
    let mode = 0;
    store.headObject = async (input) => {
      await chmod(file, (mode ^= 0o040) | 0o600);
      return honest(input);
    };
    expect((await failed(upload.run())).problem.code).toBe('BundleChanging');
    store.headObject = honest;
    const before = store.bytesReceived();
    await upload.run();
    expect(store.bytesReceived()).toBe(before);
  });
});

describe('what vouches for a file', () => {
  const digits = fc.bigInt({ min: 0n, max: 10n ** 19n }).map(String);
  const identity = fc.record({
    size: fc.nat(),
    mtimeMs: fc.nat(),
    exact: fc.record({ ino: digits, mtimeNs: digits, ctimeNs: digits, birthtimeNs: digits }),
  });

  test('any difference is one, and a clock that was set back vouches for nothing', () => {
    fc.assert(
      fc.property(identity, identity, fc.integer(), (a, b, seenAt) => {
        const ctimeMs = Number(BigInt(a.exact.ctimeNs) / 1_000_000n);
        expect(vouchesFor({ ...a, seenAt: ctimeMs + 2000 }, a)).toBe(true);
        expect(vouchesFor({ ...a, seenAt: ctimeMs + 1999 }, a)).toBe(false);
        expect(vouchesFor({ ...a, seenAt: Math.min(seenAt, ctimeMs) }, a)).toBe(false);
        expect(vouchesFor(a, a)).toBe(false);
        for (const field of ['ino', 'mtimeNs', 'ctimeNs', 'birthtimeNs'] as const) {
          const other = { ...a, exact: { ...a.exact, [field]: b.exact[field] } };
          expect(sameFile(a, other)).toBe(a.exact[field] === b.exact[field]);
        }
      }),
    );
  });

  test('a file that somebody else reads stays the same', async () => {
    const { file } = await bench(10);
    const before = await identifyFile(file);
    await (await open(file)).close();
    expect(sameFile(before!, (await identifyFile(file))!)).toBe(true);
    expect((await stat(file)).size).toBe(10);
  });
});

test.each([
  ['a file number above 2^63, which Node reads as a negative one', { ino: -7_045_000_000_000_000_000n }],
  ['times before 1970', { mtimeNs: -1n, ctimeNs: -(10n ** 18n), birthtimeNs: -1n }],
  ['no birth time', { birthtimeNs: 0n }],
])('an identity with %s is read again as it was written', (_what, odd) => {
  const stats = { size: 1n, ino: 5n, mtimeNs: 1n, ctimeNs: 1n, birthtimeNs: 1n, ...odd };
  const identity = identityOf(stats as unknown as BigIntStats);
  expect(z.parse(fileIdentitySchema, JSON.parse(JSON.stringify(identity)))).toEqual(identity);
});
