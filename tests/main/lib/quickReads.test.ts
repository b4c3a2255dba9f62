import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { QuickReads } from '../../../src/lib/quickReads';
import { FakeClock } from '../../fakes/FakeClock';
import { makeTempDir } from '../upload/support';

async function makeFile(content: string): Promise<string> {
  const file = path.join(await makeTempDir(), 'file');
  await writeFile(file, content);
  return file;
}

test('reads a whole file, and says what the system tells of it', async () => {
  const buffer = Buffer.alloc(10);
  const stats = new QuickReads(new FakeClock()).read(await makeFile('content'), buffer);
  expect(stats?.size).toBe(7n);
  expect(buffer.toString('utf8', 0, 7)).toBe('content');
});

test('leaves alone what is too long, is no file or is not there', async () => {
  const reads = new QuickReads(new FakeClock());
  const file = await makeFile('content');
  expect(reads.read(file, Buffer.alloc(6))).toBeNull();
  expect(reads.read(path.dirname(file), Buffer.alloc(10))).toBeNull();
  expect(reads.read(`${file}-gone`, Buffer.alloc(10))).toBeNull();
});

test('reads nothing for a while after several slow reads in a row', () => {
  const clock = new FakeClock();
  let tookMs = 20;
  let asked = 0;
  const reads = new QuickReads(clock, () => {
    asked += 1;
    clock.advance(tookMs);
    return {} as never;
  });
  const read = () => reads.read('file', Buffer.alloc(1));
  const readTimes = (times: number) => Array.from({ length: times }, read).filter(Boolean).length;
  // A single slow one may be the processor's.
  expect(readTimes(2)).toBe(2);
  tookMs = 0;
  expect(readTimes(1)).toBe(1);
  tookMs = 20;
  expect(readTimes(10)).toBe(3);
  clock.advance(5000);
  // Still slow: one is enough, and the next pause is longer.
  expect(readTimes(10)).toBe(1);
  clock.advance(5000);
  expect(readTimes(10)).toBe(0);
  clock.advance(5000);
  tookMs = 0;
  expect(readTimes(10)).toBe(10);
  expect(asked).toBe(2 + 1 + 3 + 1 + 10);
});

test('pauses after a single read that hangs, and longer and longer while it goes on', () => {
  const clock = new FakeClock();
  let asked = 0;
  const reads = new QuickReads(clock, () => {
    asked += 1;
    clock.advance(1000);
    throw new Error('gone');
  });
  const began = clock.now();
  while (clock.now() - began < 3_600_000) {
    reads.read('file', Buffer.alloc(1));
    clock.advance(100);
  }
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(20);
});
