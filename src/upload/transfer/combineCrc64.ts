/** Reflected. The register of CRC-64/NVME starts and ends inverted. */
export const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** Like `combineCrc32`, for CRC-64/NVME. */
export function combineCrc64(first: bigint, second: bigint, secondBytes: number): bigint {
  return multiply(powerOfX8(secondBytes), first) ^ second;
}

/** a·b modulo the polynomial, over GF(2). The highest bit is the coefficient of x^0. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << 63n; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ CRC64NVME_POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

/** x^(8·exponent) by squaring. */
function powerOfX8(exponent: number): bigint {
  let result = 1n << 63n;
  let square = 1n << 55n;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}
