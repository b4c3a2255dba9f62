import { open, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Capabilities } from '../../../src/upload/objectStore/capabilities';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { failed, makeBundle, makeTempDir, MIB, stored, UploadBench } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';

/** Other bytes in the middle, with size and time as before: what a failing disk or a bad copy leaves. */
async function rot(file: string, at: number): Promise<void> {
  const { atime, mtime } = await stat(file);
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(50), 0, 50, at);
  await handle.write(
    buffer.map((byte) => byte ^ 0xff),
    0,
    50,
    at,
  );
  await handle.close();
  await utimes(file, atime, mtime);
}

async function bundleOf(size: number, algorithm: Capabilities['checksumAlgorithm']) {
  const { file, content } = await makeBundle(await makeTempDir(), size);
  const store = new MemoryObjectStore({ keepsChecksums: algorithm !== 'MD5' });
  const capabilities = { checksumAlgorithm: algorithm, conditionalWrites: true };
  const upload = new UploadBench(() => store, file, undefined, capabilities);
  return { file, content, store, upload, made: { size, crc32: crc32(content) } };
}

test.each([
  ['CRC32', 1000],
  ['CRC32', 12 * MIB],
  ['CRC64NVME', 12 * MIB],
  ['MD5', 12 * MIB],
  ['MD5', 1000],
] as const)(
  'bytes that rotted in a bundle are not called uploaded (%s, %d bytes)',
  async (algorithm, size) => {
    const { file, store, upload, made } = await bundleOf(size, algorithm);
    await rot(file, size / 2);
    expect(await failed(upload.run({ made }))).toMatchObject({
      verdict: 'needs-user',
      problem: { code: 'BundleDamaged', facts: { kind: 'file-damaged' } },
    });
    expect(store.objects.size).toBe(0);
  },
);

test.each(['CRC32', 'CRC64NVME', 'MD5'] as const)(
  'a bundle that is as its export made it is uploaded, also in two runs (%s)',
  async (algorithm) => {
    const { content, store, upload, made } = await bundleOf(21 * MIB, algorithm);
    await upload.run({ made, killAfterSave: 4 }).catch(() => undefined);
    expect(store.objects.size).toBe(0);
    await upload.run({ made });
    expect(stored(store).equals(content)).toBe(true);
  },
);

test('a bundle of another size than its export made is refused before anything is sent', async () => {
  const { file, store, upload, made } = await bundleOf(1000, 'CRC32');
  await writeFile(file, 'short');
  expect((await failed(upload.run({ made }))).problem.code).toBe('BundleDamaged');
  expect(store.calls).toEqual([]);
});

test('a damaged bundle fails for want of a good one, and the next export clears that', async () => {
  const app = await start();
  await app.value('setUploadConfig', form);
  await app.sessions.addExported(A, Buffer.alloc(1000, 7));
  const bundle = app.sessions.bundleFile(A);
  app.sessions.made = { size: 1000, modifiedAt: 1, crc32: crc32(await readFile(bundle)) };
  await rot(bundle, 500);
  await app.value('uploadSession', A);
  await app.until(A, 'failed');
  expect((await app.row(A)).upload).toMatchObject({
    reason: { kind: 'file' },
    errorDetail: { code: 'BundleDamaged' },
  });
  expect([...app.store.objects.keys()].filter((key) => key.endsWith('.zip'))).toEqual([]);
  await rot(bundle, 500);
  await app.system.bundleMade(A);
  expect((await app.row(A)).uploadStatus).toBe('not_uploaded');
  await app.value('uploadSession', A);
  await app.until(A, 'done');
});
