import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PART_SIZE_BYTES } from '../../../src/shared/upload';
import { PartBuffers } from '../../../src/upload/transfer/partBuffers';

const never = new AbortController().signal;

/** Borrows a buffer and keeps it until `end` is called. */
function borrow(buffers: PartBuffers, sizeBytes: number, signal = never) {
  const begun = Promise.withResolvers<Buffer>();
  const ended = Promise.withResolvers<void>();
  let hasBegun = false;
  const over = buffers.lend(sizeBytes, signal, (buffer) => {
    hasBegun = true;
    begun.resolve(buffer);
    return ended.promise;
  });
  over.catch(() => undefined);
  const end = () => {
    ended.resolve();
    return over;
  };
  return { buffer: begun.promise, hasBegun: () => hasBegun, end, over };
}

/** Lets everything run that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('part buffers', () => {
  it('lends a buffer again, to one borrower at a time', async () => {
    const buffers = new PartBuffers();
    const first = borrow(buffers, 1024);
    const kept = await first.buffer;
    const second = borrow(buffers, 1024);
    expect(await second.buffer).not.toBe(kept);
    await first.end();
    expect(await borrow(buffers, 1024).buffer).toBe(kept);
    expect(await borrow(buffers, 1024).buffer).not.toBe(kept);
  });

  it('gives no small upload a large buffer', async () => {
    const buffers = new PartBuffers();
    const large = borrow(buffers, 4096);
    const kept = await large.buffer;
    await large.end();
    expect(await borrow(buffers, 1024).buffer).toHaveLength(1024);
    expect(await borrow(buffers, 3000).buffer).toBe(kept);
  });

  it('holds all borrowers together to its budget, in the order of their calls', async () => {
    const buffers = new PartBuffers(3000);
    const first = borrow(buffers, 2000);
    const second = borrow(buffers, 2000);
    const third = borrow(buffers, 500);
    await settled();
    expect([first, second, third].map((one) => one.hasBegun())).toEqual([true, false, false]);
    await first.end();
    await settled();
    expect([second, third].map((one) => one.hasBegun())).toEqual([true, true]);
  });

  it('lends no more than eight parts of the default size at once', async () => {
    const buffers = new PartBuffers();
    const borrowers = Array.from({ length: 9 }, () => borrow(buffers, DEFAULT_PART_SIZE_BYTES));
    await settled();
    expect(borrowers.filter((one) => one.hasBegun())).toHaveLength(8);
    await Promise.all(borrowers.map((one) => one.end()));
  });

  it('lends more than its budget to one borrower alone', async () => {
    const buffers = new PartBuffers(1000);
    const first = borrow(buffers, 10);
    const huge = borrow(buffers, 5000);
    await settled();
    expect(huge.hasBegun()).toBe(false);
    await first.end();
    expect(await huge.buffer).toHaveLength(5000);
    const next = borrow(buffers, 10);
    await settled();
    expect(next.hasBegun()).toBe(false);
    await huge.end();
    await next.buffer;
  });

  it('lets a cancelled borrower go and serves those behind it', async () => {
    const buffers = new PartBuffers(1000);
    const first = borrow(buffers, 600);
    const stop = new AbortController();
    const second = borrow(buffers, 600, stop.signal);
    const third = borrow(buffers, 400);
    await settled();
    expect(third.hasBegun()).toBe(false);
    stop.abort();
    await expect(second.over).rejects.toThrow('aborted');
    await third.buffer;
    await first.end();
  });

  it('has its whole budget back after failures', async () => {
    const buffers = new PartBuffers(1000);
    const failing = buffers.lend(1000, never, () => Promise.reject(new Error('no disk')));
    await expect(failing).rejects.toThrow('no disk');
    await borrow(buffers, 1000).buffer;
  });

  it('never lends more than its budget, and leaves nobody waiting', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sizes, async (wanted) => {
        const buffers = new PartBuffers(1000);
        let lent = 0;
        let most = 0;
        const use = (size: number) => async () => {
          lent += size;
          most = Math.max(most, lent);
          await settled();
          lent -= size;
        };
        await Promise.all(wanted.map((size) => buffers.lend(size, never, use(size))));
        expect(most).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 50 },
    );
  });
});
