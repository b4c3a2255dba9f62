import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, readChunks, textChunks } from '../../../../src/lib/zip/chunks';
import { createFileSink } from '../../../../src/lib/zip/fileSink';
import { createStoredZip } from '../../../../src/lib/zip/storedZip';
import { unzip } from '../../recorder/recordedSession';
import { temporaryFolder } from '../../recorder/recorderHouse';

const modifiedAt = new Date(1_790_000_000_000);
const buffer = Buffer.alloc(CHUNK_BYTES);

async function makeFile(content: Buffer): Promise<string> {
  const file = path.join(await temporaryFolder(), 'content');
  await writeFile(file, content);
  return file;
}

async function emptyTarget(): Promise<{ file: string; fd: number }> {
  const file = path.join(await temporaryFolder(), 'made.zip');
  return { file, fd: openSync(file, 'w') };
}

/** A disk that takes at most so many bytes with each call, and says so. */
const takingOnly = (most: number) => (fd: number, buffers: Uint8Array[], at: number) => {
  const bytes = Buffer.concat(buffers).subarray(0, most);
  return writeSync(fd, bytes, 0, bytes.length, at);
};

describe('a zip of stored files', () => {
  it('holds files of every size beside a chunk, and says their checksums', async () => {
    const { file, fd } = await emptyTarget();
    const zip = createStoredZip(createFileSink(fd), modifiedAt);
    const sizes = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES + 7];
    const contents = sizes.map((size) => randomBytes(size));
    for (const [index, content] of contents.entries()) {
      const chunks = readChunks(await makeFile(content), content.length, buffer);
      expect(await zip.add(`${index}`, chunks, content.length)).toEqual({
        path: `${index}`,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
    }
    const text = 'täxt '.repeat(100_000);
    await zip.add('text', textChunks([text, '!']));
    await zip.add('no text', textChunks([]));
    const whole = zip.finish();
    closeSync(fd);
    expect(whole).toBe(crc32(await readFile(file)));
    expect([...(await unzip(file)).values()]).toEqual([
      ...contents,
      Buffer.from(`${text}!`),
      Buffer.alloc(0),
    ]);
  });

  it('is whole on a disk that takes only a part of what it is given', async () => {
    const { file, fd } = await emptyTarget();
    const zip = createStoredZip(createFileSink(fd, takingOnly(7)), modifiedAt);
    await zip.add('text', textChunks(['one two three four five']));
    const whole = zip.finish();
    closeSync(fd);
    expect(whole).toBe(crc32(await readFile(file)));
    expect((await unzip(file)).get('text')?.toString()).toBe('one two three four five');
  });

  it('fails with what the disk said', async () => {
    const fd = openSync('/dev/full', 'w');
    const zip = createStoredZip(createFileSink(fd), modifiedAt);
    await expect(zip.add('text', textChunks(['x']))).rejects.toMatchObject({ code: 'ENOSPC' });
    closeSync(fd);
  });

  it('does not take a file that became shorter for the whole one', async () => {
    const { fd } = await emptyTarget();
    const zip = createStoredZip(createFileSink(fd), modifiedAt);
    const chunks = readChunks(await makeFile(Buffer.from('short')), 9, buffer);
    await expect(zip.add('video/0001.mp4', chunks, 9)).rejects.toThrow('has 5 bytes, and had 9');
    closeSync(fd);
  });

  it('fails with the reason where a file cannot be read', async () => {
    const { fd } = await emptyTarget();
    const zip = createStoredZip(createFileSink(fd), modifiedAt);
    const chunks = readChunks('/nowhere/at/all', 9, buffer);
    await expect(zip.add('x', chunks, 9)).rejects.toMatchObject({ code: 'ENOENT' });
    closeSync(fd);
  });
});
