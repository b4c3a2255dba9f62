/** A reflected CRC whose register starts and ends inverted: CRC-32/ISO-HDLC and CRC-64/NVME both are. */
export type CrcKind = { bits: number; reflectedPolynomial: bigint };

export const CRC32: CrcKind = { bits: 32, reflectedPolynomial: 0xedb88320n };
export const CRC64NVME: CrcKind = { bits: 64, reflectedPolynomial: 0x9a6c9329ac4bc9b5n };

/**
 * The CRC of two byte strings joined, from the CRC of each and the length of the second:
 * crc(a‖b) = crc(a)·x^(8·|b|) + crc(b) modulo the polynomial.
 */
export function combineCrc(kind: CrcKind, first: bigint, second: bigint, secondBytes: number): bigint {
  return multiply(kind, powerOfX8(kind, secondBytes), first) ^ second;
}

/** a·b modulo the polynomial, over GF(2). The highest bit is the coefficient of x^0. */
function multiply({ bits, reflectedPolynomial }: CrcKind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ reflectedPolynomial : shifted >> 1n;
  }
  return product;
}

/** x^(8·exponent) by squaring. */
function powerOfX8(kind: CrcKind, exponent: number): bigint {
  let result = 1n << BigInt(kind.bits - 1);
  let square = 1n << BigInt(kind.bits - 9);
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(kind, result, square);
    square = multiply(kind, square, square);
  }
  return result;
}
