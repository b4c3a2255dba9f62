import { describe, expect, it } from 'vitest';
import type { ProblemFailure } from '../../../src/shared/problem';
import type { UploadTarget } from '../../../src/upload/job';
import { TOKEN_METADATA } from '../../../src/upload/transfer/judgeObject';
import { storeFailure } from '../../fakes/storeFaults';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { bench, BENCH_NOW_MS, failed, MIB, testConfig, UploadBench } from './support';

const target: UploadTarget = {
  key: 'photos/2026/ümlaut.jpg',
  contentType: 'image/jpeg',
  metadata: { camera: 'x100', album: '7' },
  ifExists: 'refuse',
};
const SIZES = [
  ['one part', 1000],
  ['several parts', 6 * MIB],
] as const;

describe.each(SIZES)('the target of a job of %s', (_name, size) => {
  it('decides key, content type and metadata', async () => {
    const { store, bench: upload, content } = await bench(size);
    await upload.run({ target });
    const object = store.objects.get(target.key)!;
    expect(Buffer.from(object.body).equals(content)).toBe(true);
    expect(object.head.metadata).toEqual({
      ...target.metadata,
      [TOKEN_METADATA]: upload.disk.uploadToken,
    });
    expect(object.contentType).toBe('image/jpeg');
  });

  /** An object at the key before the job, and what becomes of it. */
  async function meet(metadata: Record<string, string>, wanted: Partial<UploadTarget>) {
    const { store, bench: upload, content } = await bench(size);
    const theirs = Buffer.from('already there');
    await store.putObject({ key: target.key, body: theirs, contentType: 'text/plain', metadata });
    const run = upload.run({ target: { ...target, ...wanted } });
    const outcome = await run.then(
      () => 'uploaded',
      (error: ProblemFailure) => error.problem.code,
    );
    const now = Buffer.from(store.objects.get(target.key)!.body);
    return { outcome, kept: now.equals(theirs), replaced: now.equals(content) };
  }
  const kept = { outcome: 'ObjectExists', kept: true, replaced: false };
  const replaced = { outcome: 'uploaded', kept: false, replaced: true };

  it('refuses whatever stands at the key with `refuse`', async () => {
    expect(await meet({}, { ifExists: 'refuse' })).toEqual(kept);
    expect(await meet(target.metadata, { ifExists: 'refuse' })).toEqual(kept);
  });

  it('replaces whatever stands at the key with `replace`', async () => {
    expect(await meet({ other: 'program' }, { ifExists: 'replace' })).toEqual(replaced);
  });

  it('replaces with `replace-own` only what carries the owner’s entry', async () => {
    const own = { ifExists: 'replace-own', ownerEntry: 'album' } as const;
    expect(await meet({ album: '7' }, own)).toEqual(replaced);
    expect(await meet({ album: '8', camera: 'x100' }, own)).toEqual(kept);
    expect(await meet({}, own)).toEqual(kept);
    expect(await meet(target.metadata, { ifExists: 'replace-own' })).toEqual(kept);
    expect(await meet({}, { ifExists: 'replace-own', ownerEntry: 'absent' })).toEqual(kept);
  });

  it('knows its own object by the token where `refuse` meets a reply that was lost', async () => {
    const { store, bench: upload } = await bench(size);
    const operation = size > 5 * MIB ? 'completeMultipartUpload' : 'putObject';
    const failure = storeFailure('retry', 'ECONNRESET');
    store.faults.add({ on: { operation }, when: 'after', failure });
    expect((await failed(upload.run({ target }))).problem.code).toBe('ECONNRESET');
    expect(await upload.run({ target })).toMatchObject({ verifiedAt: 42 });
  });

  it('replaces with `replace-own` what this job uploaded before, whoever owns the entry', async () => {
    const { store, bench: upload } = await bench(size);
    const own = { ...target, ifExists: 'replace-own' } as const;
    const result = await upload.run({ target: own });
    const { bucket, key, uploadToken, file } = upload.disk;
    const uploaded = { bucket: bucket!, key: key!, uploadToken: uploadToken!, size: file!.size, ...result };
    upload.disk = { ...upload.disk, uploaded, uploadToken: undefined, multipart: undefined };
    await upload.run({ target: own });
    expect(store.objects.size).toBe(1);
  });
});

describe.each(SIZES)('a file of %s that replaces its own object', (_name, size) => {
  const own: UploadTarget = { ...target, ifExists: 'replace-own', ownerEntry: 'album' };
  const put = (store: MemoryObjectStore, text: string, metadata: Record<string, string>) =>
    store.putObject({ key: target.key, body: Buffer.from(text), contentType: 'text/plain', metadata });

  /** An object of ours, to which `meanwhile` happens right after the last look before it is replaced. */
  async function meet(meanwhile: (store: MemoryObjectStore) => unknown) {
    const { store, bench: upload, content } = await bench(size);
    await put(store, 'ours', { album: '7' });
    const head = store.headObject.bind(store);
    // A file in parts is looked for before it begins as well.
    let looksLeft = size > 5 * MIB ? 2 : 1;
    store.headObject = async (input) => {
      const found = await head(input);
      if (--looksLeft === 0) await meanwhile(store);
      return found;
    };
    const outcome = await upload.run({ target: own }).then(
      () => 'uploaded',
      (error: ProblemFailure) => error.problem.code,
    );
    const now = store.objects.get(target.key);
    const body = now && Buffer.from(now.body);
    return { outcome, now: body?.equals(content) ? 'replaced' : body?.toString() };
  }

  it('overwrites nothing that another program wrote after the look', async () => {
    const meeting = meet((store) => put(store, 'theirs', { album: '8' }));
    expect(await meeting).toEqual({ outcome: 'ObjectExists', now: 'theirs' });
  });

  it('writes where its own object was deleted or renewed after the look', async () => {
    const written = { outcome: 'uploaded', now: 'replaced' };
    expect(await meet((store) => store.objects.delete(target.key))).toEqual(written);
    expect(await meet((store) => put(store, 'ours, renewed', { album: '7' }))).toEqual(written);
  });

  it('writes without a condition where the server refuses the ETag that it told', async () => {
    const { store, bench: upload } = await bench(size);
    await put(store, 'ours', { album: '7' });
    const head = store.headObject.bind(store);
    store.headObject = async (input) => {
      const found = await head(input);
      return found && { ...found, etag: `W/${found.etag}` };
    };
    await upload.run({ target: own });
    expect(store.objects.get(target.key)!.body.length).toBe(size);
  });
});

describe('a target that takes the reply of a PUT as proof', () => {
  const quick: UploadTarget = { ...target, proof: 'reply' };
  const own: UploadTarget = { ...quick, ifExists: 'replace-own', ownerEntry: 'album' };
  const operations = (store: MemoryObjectStore) => store.calls.map(({ operation }) => operation);
  const there = (store: MemoryObjectStore, metadata: Record<string, string>) =>
    store.putObject({ key: target.key, body: Buffer.from('there'), contentType: 'text/plain', metadata });

  it('needs one request', async () => {
    const { store, bench: upload, content } = await bench(1000);
    const result = await upload.run({ target: quick });
    expect(operations(store)).toEqual(['putObject']);
    const { head } = store.objects.get(target.key)!;
    expect(result).toMatchObject({ etag: head.etag, checksum: head.checksum!.value, verifiedAt: 42 });
    expect(Buffer.from(store.objects.get(target.key)!.body).equals(content)).toBe(true);
  });

  it('needs one request where it may replace anything', async () => {
    const { store, bench: upload, content } = await bench(1000);
    await there(store, { other: 'program' });
    store.calls.length = 0;
    await upload.run({ target: { ...quick, ifExists: 'replace' } });
    expect(operations(store)).toEqual(['putObject']);
    expect(Buffer.from(store.objects.get(target.key)!.body).equals(content)).toBe(true);
  });

  it('notes what became of its earlier object before it replaces anything', async () => {
    const { store, bench: upload } = await bench(1000);
    const result = await upload.run({ target: quick });
    const { bucket, key, uploadToken, file } = upload.disk;
    const uploaded = { bucket: bucket!, key: key!, uploadToken: uploadToken!, size: file!.size, ...result };
    upload.disk = { ...upload.disk, uploaded, uploadToken: undefined };
    await there(store, { other: 'program' });
    const failure = storeFailure('needs-user', 'AccessDenied');
    store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
    await failed(upload.run({ target: { ...quick, ifExists: 'replace' } }));
    expect(upload.disk.uploaded?.check?.found).toBe('other');
  });

  describe('in a bucket that keeps no checksums', () => {
    const capabilities = {
      foundAtMs: BENCH_NOW_MS,
      conditionalWrites: true,
      checksumAlgorithm: 'MD5',
    } as const;
    async function keepsNone() {
      const none = new MemoryObjectStore({ keepsChecksums: false, now: () => BENCH_NOW_MS });
      const { file, store } = await bench(1000, none);
      return { store, bench: new UploadBench(() => store, file, testConfig, capabilities) };
    }

    it('takes an ETag that is the MD5 as proof', async () => {
      const { store, bench: upload } = await keepsNone();
      const result = await upload.run({ target: quick });
      expect(operations(store)).toEqual(['putObject']);
      expect(result).toMatchObject({ etag: store.objects.get(target.key)!.head.etag, verifiedAt: 42 });
      expect(result.checksum).toBeUndefined();
    });

    it('asks the bucket where the reply tells another ETag, or none', async () => {
      for (const etag of ['"0123456789abcdef0123456789abcdef"', '']) {
        const { store, bench: upload } = await keepsNone();
        const put = store.putObject.bind(store);
        store.putObject = async (input) => ({ ...(await put(input)), etag });
        await upload.run({ target: quick });
        expect(operations(store)).toEqual(['putObject', 'headObject']);
      }
    });
  });

  it('writes over its own object where the server was found to keep no checksums after all', async () => {
    const keepsNone = new MemoryObjectStore({ keepsChecksums: false, now: () => BENCH_NOW_MS });
    const { store, bench: upload } = await bench(1000, keepsNone);
    expect(await upload.run({ target: quick })).toMatchObject({ verifiedAt: 42 });
    expect([...store.objects.keys()]).toEqual([target.key]);
  });

  it('looks before the write where the server knows no condition', async () => {
    const { file, store } = await bench(1000);
    const upload = new UploadBench(() => store, file, testConfig, {
      checksumAlgorithm: 'CRC32',
      conditionalWrites: false,
      foundAtMs: BENCH_NOW_MS,
    });
    await there(store, {});
    store.calls.length = 0;
    expect((await failed(upload.run({ target: quick }))).problem.code).toBe('ObjectExists');
    expect(operations(store)).toEqual(['headObject']);
  });

  it.each<Record<string, string>>([{ album: '8' }, {}])(
    'overwrites nothing that is not its own: %o',
    async (metadata) => {
      const { store, bench: upload } = await bench(1000);
      await there(store, metadata);
      expect((await failed(upload.run({ target: quick }))).problem.code).toBe('ObjectExists');
      expect((await failed(upload.run({ target: own }))).problem.code).toBe('ObjectExists');
      expect(Buffer.from(store.objects.get(target.key)!.body).toString()).toBe('there');
    },
  );

  it('replaces its own after the condition failed under a condition', async () => {
    const { store, bench: upload, content } = await bench(1000);
    await there(store, { album: '7' });
    store.calls.length = 0;
    expect(await upload.run({ target: own })).toMatchObject({ verifiedAt: 42 });
    expect(operations(store)).toEqual(['putObject', 'headObject', 'putObject']);
    expect(Buffer.from(store.objects.get(target.key)!.body).equals(content)).toBe(true);
  });

  it('finds its object after a reply that was lost, in the same run and in the next', async () => {
    const { store, bench: upload } = await bench(1000);
    const failure = storeFailure('retry', 'ECONNRESET');
    store.faults.add({ on: { operation: 'putObject' }, when: 'after', failure });
    await failed(upload.run({ target: quick }));
    expect(await upload.run({ target: quick })).toMatchObject({ verifiedAt: 42 });
    expect(operations(store)).toEqual(['putObject', 'headObject']);
  });
});
