import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createBufferPool, readFileAhead, textAhead } from '../../../../src/main/lib/zip/chunks';
import { createFileSink } from '../../../../src/main/lib/zip/fileSink';
import { createStoredZip } from '../../../../src/main/lib/zip/storedZip';
import { unzip } from '../../recorder/recordedSession';
import { temporaryFolder } from '../../recorder/recorderHouse';

const modifiedAt = new Date(1_790_000_000_000);

async function makeFile(content: Buffer): Promise<string> {
  const file = path.join(await temporaryFolder(), 'content');
  await writeFile(file, content);
  return file;
}

async function emptyTarget(): Promise<{ file: string; handle: FileHandle }> {
  const file = path.join(await temporaryFolder(), 'made.zip');
  return { file, handle: await open(file, 'w') };
}

/** A disk that takes at most so many bytes with each call, and says so. */
function takingOnly(handle: FileHandle, most: number): FileHandle {
  const writev = async (buffers: Uint8Array[], at: number) => {
    const bytes = Buffer.concat(buffers).subarray(0, most);
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, at);
    return { bytesWritten, buffers };
  };
  return { writev } as unknown as FileHandle;
}

describe('a zip of stored files', () => {
  it('holds files of every size beside a chunk, and says their checksums', async () => {
    const { file, handle } = await emptyTarget();
    const zip = createStoredZip(createFileSink(handle), modifiedAt);
    const pool = createBufferPool();
    const chunk = pool.lend().length;
    const contents = [0, 1, chunk - 1, chunk, chunk + 1, 5 * chunk + 7].map((size) => randomBytes(size));
    for (const [index, content] of contents.entries()) {
      const chunks = readFileAhead(await makeFile(content), content.length, pool);
      expect(await zip.add(`${index}`, chunks, content.length)).toEqual({
        path: `${index}`,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
      await chunks.close();
    }
    const text = 'täxt '.repeat(100_000);
    await zip.add('text', textAhead([text, '!']));
    await zip.finish();
    await handle.close();
    expect([...(await unzip(file)).values()]).toEqual([...contents, Buffer.from(`${text}!`)]);
  });

  it('is whole on a disk that takes only a part of what it is given', async () => {
    const { file, handle } = await emptyTarget();
    const zip = createStoredZip(createFileSink(takingOnly(handle, 7)), modifiedAt);
    await zip.add('text', textAhead(['one two three four five']));
    await zip.finish();
    await handle.close();
    expect((await unzip(file)).get('text')?.toString()).toBe('one two three four five');
  });

  it('fails with what the disk said, at the latest when it is finished', async () => {
    const { handle } = await emptyTarget();
    await handle.close();
    const zip = createStoredZip(createFileSink(handle), modifiedAt);
    const filled = zip.add('text', textAhead(['x'])).then(() => zip.finish());
    await expect(filled).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('does not take a file that became shorter for the whole one', async () => {
    const { handle } = await emptyTarget();
    const zip = createStoredZip(createFileSink(handle), modifiedAt);
    const chunks = readFileAhead(await makeFile(Buffer.from('short')), 9, createBufferPool());
    await expect(zip.add('video/0001.mp4', chunks, 9)).rejects.toThrow('has 5 bytes, and had 9');
    await chunks.close();
    await handle.close();
  });

  it('fails with the reason where a file cannot be read', async () => {
    const { handle } = await emptyTarget();
    const zip = createStoredZip(createFileSink(handle), modifiedAt);
    const chunks = readFileAhead('/nowhere/at/all', 9, createBufferPool());
    await expect(zip.add('x', chunks, 9)).rejects.toMatchObject({ code: 'ENOENT' });
    await chunks.close();
    await handle.close();
  });
});
