import { describe, expect, it } from 'vitest';
import { PartBuffers } from '../../../src/upload/transfer/partBuffers';

describe('part buffers', () => {
  it('lends a buffer that was given back, to one borrower at a time', () => {
    const buffers = new PartBuffers();
    const first = buffers.take(1024);
    expect(buffers.take(1024)).not.toBe(first);
    buffers.giveBack(first);
    expect(buffers.take(1024)).toBe(first);
    expect(buffers.take(1024)).not.toBe(first);
  });

  it('makes a new one for another size, and keeps the first', () => {
    const buffers = new PartBuffers();
    const small = buffers.take(1024);
    buffers.giveBack(small);
    expect(buffers.take(2048)).toHaveLength(2048);
    expect(buffers.take(1024)).toBe(small);
  });
});
