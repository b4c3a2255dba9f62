import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import {
  centralFileHeader,
  endRecords,
  localFileHeader,
  type ZipRecord,
} from '../../../../src/lib/zip/zipRecords';
import { temporaryFolder } from '../../recorder/recorderHouse';

const GIB = 1024 ** 3;
const modifiedAt = new Date(1_790_000_000_000);
type File = { name: string; size: number; content?: Buffer };

/** Writes a zip whose large files are holes, so that it takes no room; their checksum is wrong for that. */
async function writeSparse(files: File[]): Promise<string> {
  const target = path.join(await temporaryFolder(), 'sparse.zip');
  const handle = await open(target, 'w');
  const records: ZipRecord[] = [];
  let position = 0;
  let gathered: Buffer[] = [];
  const append = (bytes: Buffer) => {
    gathered.push(bytes);
    position += bytes.length;
  };
  const skip = async (size: number) => {
    const bytes = Buffer.concat(gathered);
    await handle.write(bytes, 0, bytes.length, position - bytes.length);
    gathered = [];
    position += size;
  };
  for (const { name, size, content } of files) {
    const record = { name, size, crc32: crc32(content ?? ''), offset: position, modifiedAt };
    records.push(record);
    append(localFileHeader(record));
    if (content) append(content);
    else if (size > 0) await skip(size);
  }
  const offset = position;
  append(Buffer.concat(records.map(centralFileHeader)));
  append(endRecords({ count: records.length, offset, size: position - offset }));
  await skip(0);
  await handle.close();
  return target;
}

async function listed(file: string) {
  const zip = await yauzl.openPromise(file, { autoClose: false });
  const entries: yauzl.Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return { zip, entries };
}

describe('the records of a zip', () => {
  it('of any names and sizes are read back as they were written', async () => {
    const files = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-zäß漢😀][a-z0-9äß漢😀 ._-]{0,40}$/u),
        size: fc.oneof(fc.nat(100), fc.integer({ min: 4 * GIB - 3, max: 4 * GIB + 3 }), fc.nat(2 ** 36)),
      }),
      { selector: ({ name }) => name, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(files, async (written) => {
        const { zip, entries } = await listed(await writeSparse(written));
        zip.close();
        expect(entries.map(({ fileName, uncompressedSize }) => [fileName, uncompressedSize])).toEqual(
          written.map(({ name, size }) => [name, size]),
        );
        for (const entry of entries) expect(entry.getLastModDate()).toEqual(modifiedAt);
      }),
      { numRuns: 40 },
    );
  });

  it('lead to what lies behind 4 GiB', async (context) => {
    const content = Buffer.from('behind it');
    const file = await writeSparse([
      { name: 'video/large.webm', size: 5 * GIB },
      { name: 'small.json', size: content.length, content },
    ]);
    const { zip, entries } = await listed(file);
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entries[1]!)) chunks.push(chunk as Buffer);
    zip.close();
    expect(Buffer.concat(chunks)).toEqual(content);

    const others: [string, string[]][] = [
      [
        'python3',
        ['-c', 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("small.json").decode())', file],
      ],
      ['unzip', ['-p', file, 'small.json']],
    ];
    const present = others.filter(([tool]) => spawnSync(tool, ['--help']).error === undefined);
    if (present.length === 0) context.skip('left out: neither python3 nor unzip is on this machine');
    for (const [tool, args] of present)
      expect([tool, spawnSync(tool, args).stdout.toString().trim()]).toEqual([tool, 'behind it']);
  });

  it('of more than 65,535 files are read back', async () => {
    const count = 70_000;
    const { zip } = await listed(
      await writeSparse(Array.from({ length: count }, (_, index) => ({ name: `${index}.jpg`, size: 0 }))),
    );
    zip.close();
    expect(zip.entryCount).toBe(count);
  });
});
