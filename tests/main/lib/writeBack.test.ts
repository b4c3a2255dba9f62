import { expect, test } from 'vitest';
import { createWriteBack, WRITE_BACK_BYTES } from '../../../src/lib/writeBack';

const piece = new Uint8Array(WRITE_BACK_BYTES / 2);

/** A disk that ends each flush when it is told to, with the error it is told. */
function slowDisk() {
  const flushes: { end: (error?: Error) => void }[] = [];
  const flush = () =>
    new Promise<void>((resolve, reject) =>
      flushes.push({ end: (error) => (error ? reject(error) : resolve()) }),
    );
  return { flushes, flush };
}

test('the disk writes one piece while the next is made, and no more than that is ahead of it', async () => {
  const { flushes, flush } = slowDisk();
  const chunks = createWriteBack(flush).paced(Array(6).fill(piece));
  for (let taken = 0; taken < 4; taken++) await chunks.next();
  expect(flushes).toHaveLength(1);

  let isThere = false;
  const fifth = chunks.next().then(() => (isThere = true));
  await new Promise(setImmediate);
  expect(isThere).toBe(false);
  flushes[0]!.end();
  await fifth;
  expect(flushes).toHaveLength(2);
});

test('a write that failed is told by the next piece, or at the end', async () => {
  for (const count of [5, 2]) {
    const { flushes, flush } = slowDisk();
    const writeBack = createWriteBack(flush);
    const all = async () => {
      for await (const _chunk of writeBack.paced(Array(count).fill(piece))) flushes[0]?.end(new Error('EIO'));
      flushes[0]?.end(new Error('EIO'));
      await new Promise(setImmediate); // nobody waits for it when it fails
      await writeBack.settled();
    };
    await expect(all()).rejects.toThrow('EIO');
  }
});

test('what is less than a piece is left to the end', async () => {
  const { flushes, flush } = slowDisk();
  const writeBack = createWriteBack(flush);
  const seen: Uint8Array[] = [];
  for await (const chunk of writeBack.paced([piece])) seen.push(chunk);
  await writeBack.settled();
  expect(seen.map((chunk) => chunk === piece)).toEqual([true]);
  expect(flushes).toEqual([]);
});
