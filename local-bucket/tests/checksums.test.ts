import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHasher, type ChecksumAlgorithm } from '../body/checksums.ts';
import { combineCrcs } from '../body/combineCrc.ts';

async function checksum(algorithm: ChecksumAlgorithm, body: Uint8Array): Promise<Buffer> {
  const hasher = await createHasher(algorithm);
  hasher.update(body);
  return hasher.digest();
}

describe('checksums', () => {
  // The check values over the ASCII digits, from the catalogue of parametrised CRC algorithms.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
  ] as const)('%s agrees with its published check value', async (algorithm, check) => {
    expect((await checksum(algorithm, Buffer.from('123456789'))).toString('hex')).toBe(check);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s of pieces makes that of the whole',
    async (algorithm) => {
      const sizes = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(sizes, async (lengths) => {
          const bodies = lengths.map((length) => randomBytes(length));
          const pieces = await Promise.all(
            bodies.map(async (body) => ({
              value: (await checksum(algorithm, body)).toString('base64'),
              size: body.length,
            })),
          );
          const whole = await checksum(algorithm, Buffer.concat(bodies));
          expect(combineCrcs(algorithm, pieces)).toBe(whole.toString('base64'));
        }),
        { numRuns: 30 },
      );
    },
  );
});
