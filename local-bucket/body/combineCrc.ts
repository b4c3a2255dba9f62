import type { ChecksumAlgorithm } from './checksums.ts';

/** Reflected generator polynomials, without their leading term. */
const POLYNOMIALS: Partial<Record<ChecksumAlgorithm, { poly: bigint; bits: number }>> = {
  CRC32: { poly: 0xedb88320n, bits: 32 },
  CRC32C: { poly: 0x82f63b78n, bits: 32 },
  CRC64NVME: { poly: 0x9a6c9329ac4bc9b5n, bits: 64 },
};

/**
 * The CRC of concatenated pieces, from the CRC and size of each: crc(a·b) = crc(a)·x^(8·|b|) + crc(b) modulo the
 * polynomial. Values are base64.
 */
export function combineCrcs(algorithm: ChecksumAlgorithm, pieces: { value: string; size: number }[]): string {
  const field = POLYNOMIALS[algorithm];
  if (!field) throw new Error(`${algorithm} cannot be combined`);
  const combined = pieces
    .map(({ value, size }) => ({ crc: BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`), size }))
    .reduce((whole, piece) => ({
      crc: multiply(whole.crc, power(BigInt(piece.size) * 8n, field), field) ^ piece.crc,
      size: whole.size + piece.size,
    }));
  return Buffer.from(combined.crc.toString(16).padStart(field.bits / 4, '0'), 'hex').toString('base64');
}

type Field = { poly: bigint; bits: number };

/** x^n modulo the polynomial, in reflected order: the highest bit is x^0. */
function power(exponent: bigint, field: Field): bigint {
  let result = 1n << BigInt(field.bits - 1);
  let base = result >> 1n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(result, base, field);
    base = multiply(base, base, field);
  }
  return result;
}

function multiply(a: bigint, b: bigint, { poly, bits }: Field): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = BigInt(bits - 1); bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ poly : shifted >> 1n;
  }
  return product;
}
