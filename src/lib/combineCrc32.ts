const POLYNOMIAL = 0xedb88320;
/** x^0. The highest bit is the coefficient of x^0. */
const ONE = 0x80000000;

/** x^(8·2^n), each the square of the one before. */
const powers = [0x00800000];

/**
 * CRC-32 of two concatenated byte strings, from their CRCs and the length of the second:
 * crc(a‖b) = crc(a)·x^(8·|b|) + crc(b) modulo the polynomial.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  let shift = ONE;
  for (let rest = secondBytes, n = 0; rest > 0; rest = Math.floor(rest / 2), n += 1) {
    if (n === powers.length) powers.push(multiply(powers[n - 1]!, powers[n - 1]!));
    if (rest % 2 === 1) shift = multiply(shift, powers[n]!);
  }
  return (multiply(shift, first) ^ second) >>> 0;
}

/** a·b modulo the polynomial, over GF(2). */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
