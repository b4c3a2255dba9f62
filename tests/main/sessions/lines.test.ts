import { readdirSync, readlinkSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readActions } from '../../../src/main/sessions/actionsFile';
import { dropTornLine, lastLines, readJsonLines } from '../../../src/main/sessions/jsonLines';
import { MAX_LINE_BYTES, readLines } from '../../../src/main/sessions/lines';

const schema = z.object({ n: z.int() });
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lines-'));
  file = path.join(folder, 'x.jsonl');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function linkOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null; // closed meanwhile
  }
}

async function all() {
  const found = { good: [] as number[], bad: [] as number[] };
  for await (const { n } of readJsonLines(file, schema, (line) => found.bad.push(line))) found.good.push(n);
  return found;
}

describe('the reading of lines', () => {
  it('gives what a split at line ends gives, with the places of the lines', async () => {
    const piece = fc.constantFrom(
      '',
      'a',
      'ä',
      '😀',
      '\r',
      '\n',
      '\n\n',
      '\r\n',
      'x'.repeat(40_000),
      '{"n":1}',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const text = pieces.join('');
        await writeFile(file, text);
        const bytes = Buffer.from(text);
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        const found = await allOf(readLines(file));
        expect(found.map((line) => line.text)).toEqual(
          expected.map((line) => (Buffer.byteLength(line) > MAX_LINE_BYTES ? null : line.replace(/\r$/, ''))),
        );
        for (const { endsAt, isComplete } of found)
          expect(isComplete ? bytes[endsAt - 1] : endsAt).toBe(isComplete ? 10 : bytes.length);
      }),
      { numRuns: 200 },
    );
  });

  it('passes over a line of 200 MB in constant memory, says which it was, and goes on behind it', async () => {
    await writeFile(file, '{"n":1}\n');
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let written = 0; written < 200; written += 1) await appendFile(file, megabyte);
    await appendFile(file, '\n{"n":2}\n');
    const before = process.memoryUsage.rss();
    expect(await all()).toEqual({ good: [1, 2], bad: [2] });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    await rm(file);
  });

  it.each([
    ['with a byte order mark', '\uFEFF{"n":1}\n{"n":2}\n'],
    ['with Windows line ends', '{"n":1}\r\n{"n":2}\r\n'],
    ['without a last line end', '{"n":1}\n{"n":2}'],
  ])('takes a file as an editor leaves it: %s', async (_how, text) => {
    await writeFile(file, text);
    expect(await all()).toEqual({ good: [1, 2], bad: [] });
  });

  it.runIf(process.platform === 'linux')('closes the file when its reader stops early', async () => {
    await writeFile(file, '{"n":1}\n'.repeat(10_000));
    const open = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(`/proc/self/fd/${fd}`) === file);
    for (let round = 0; round < 5; round += 1) {
      for await (const _entry of readJsonLines(file, schema, () => undefined)) break;
      for await (const _action of readActions(file, () => undefined)) break;
      const stopped = readJsonLines(file, schema, () => undefined);
      await stopped.next();
      await expect(stopped.throw(new Error('no more'))).rejects.toThrow('no more');
      // One that throws by itself.
      await expect(allOf(readActions(file))).rejects.toThrow();
    }
    expect(open()).toEqual([]);
  });

  it('cuts a torn line off, however long it is', async () => {
    await writeFile(file, `{"n":1}\n{"n":${'9'.repeat(300_000)}`);
    await dropTornLine(file);
    expect(await all()).toEqual({ good: [1], bad: [] });
    expect(await lastLines(file, schema)).toEqual([{ n: 1 }]);
  });
});
