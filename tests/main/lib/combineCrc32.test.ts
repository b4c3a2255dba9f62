import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc32 } from '../../../src/lib/combineCrc32';

test('the CRC of two byte strings joined is that of their concatenation', () => {
  const bytes = fc.uint8Array({ maxLength: 5000 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
    }),
  );
});

test('a second string beyond 4 GiB counts with its whole length', () => {
  // x^(8n) has the period 2^32 − 1 in bits, so these two lengths differ by a shift that is known.
  const zeros = (bytes: number) => combineCrc32(0x12345678, 0, bytes);
  expect(zeros(2 ** 32 - 1)).toBe(0x12345678);
  expect(zeros(2 ** 33 + 5)).toBe(zeros(2 + 5));
});
