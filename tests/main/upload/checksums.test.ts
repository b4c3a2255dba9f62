import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compositeEtag, fullObjectChecksum, makeHasher } from '../../../src/upload/transfer/checksums';

const CHECK = Buffer.from('123456789');

// Source of the first two: the "check" values of the CRC catalogue (CRC-32/ISO-HDLC, CRC-64/NVME).
test.each([
  ['CRC32', 'cbf43926'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['MD5', '25f9e794323b453885f5181f1b624d0b'],
] as const)('%s of the check string', async (algorithm, hex) => {
  const hash = await makeHasher(algorithm);
  expect(hash(CHECK)).toEqual({ algorithm, value: Buffer.from(hex, 'hex').toString('base64') });
});

describe.each(['CRC32', 'CRC64NVME'] as const)('%s', (algorithm) => {
  test('of a whole is what its parts combine to', async () => {
    const hash = await makeHasher(algorithm);
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pieces, (bodies) => {
        const parts = bodies.map((body) => ({ size: body.length, checksum: hash(body).value }));
        expect(fullObjectChecksum(algorithm, parts)).toBe(hash(Buffer.concat(bodies)).value);
      }),
    );
  });
});

test('a composite ETag is the MD5 of the parts’ MD5s and their count', () => {
  const md5 = '25f9e794323b453885f5181f1b624d0b';
  expect(compositeEtag([md5, md5])).toMatch(/^[0-9a-f]{32}-2$/);
  expect(compositeEtag([md5])).not.toBe(`${md5}-1`);
});
