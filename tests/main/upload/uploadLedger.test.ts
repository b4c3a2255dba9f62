import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { newJobState } from '../../../src/upload/queue/queueState';
import { UploadLedger } from '../../../src/upload/transfer/uploadLedger';
import type { JobState } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { SESSION } from './support';

const multipart = {
  ...{ uploadId: 'u', partSizeBytes: 10, initiatedAt: 0, parts: [] },
  checksumAlgorithm: 'CRC32' as const,
};
const part = (number: number) => ({ number, size: 10, etag: `"${number}"` });

/** A ledger over a disk that can be full. */
function ledgerHouse() {
  const clock = new FakeClock();
  const disk = { full: false, tries: 0, parts: [] as number[] };
  const save = async ({ multipart: saved }: Partial<JobState>) => {
    disk.tries += 1;
    if (disk.full) throw new Error('ENOSPC: no space left on device');
    disk.parts = (saved?.parts ?? []).map(({ number }) => number);
  };
  const ledger = new UploadLedger({ ...newJobState(SESSION, 0), multipart }, save, clock);
  return { clock, disk, ledger };
}

test('parts are written at once, then together once a second, and by a flush', async () => {
  const { clock, disk, ledger } = ledgerHouse();
  ledger.addPart(part(1));
  await eventually(() => expect(disk.parts).toEqual([1]));
  for (let number = 2; number <= 50; number++) ledger.addPart(part(number));
  clock.advance(999);
  expect(disk.tries).toBe(1);
  clock.advance(1);
  await eventually(() => expect(disk.parts).toHaveLength(50));
  expect(disk.tries).toBe(2);
  ledger.addPart(part(51));
  await ledger.flush();
  expect(disk.parts).toHaveLength(51);
  await ledger.flush();
  expect(disk.tries).toBe(3);
});

test('a write that failed is told with the next part, and made up for as soon as there is room', async () => {
  const { disk, ledger } = ledgerHouse();
  disk.full = true;
  ledger.addPart(part(1));
  await eventually(() => expect(disk.tries).toBe(1));
  expect(() => ledger.addPart(part(2))).toThrow('ENOSPC');
  disk.full = false;
  await ledger.flush();
  expect(disk.parts).toEqual([1, 2]);
});

test('what could not be written is not forgotten, though nothing comes after it', async () => {
  const { disk, ledger } = ledgerHouse();
  disk.full = true;
  ledger.addPart(part(1));
  await expect(ledger.flush()).rejects.toThrow('ENOSPC');
  disk.full = false;
  await ledger.flush();
  expect(disk.parts).toEqual([1]);
});

test('10,000 parts cost little more each than a few', () => {
  const reads = (parts: number) => {
    const { ledger } = ledgerHouse();
    let read = 0;
    for (let number = parts; number > 0; number--) {
      const counted = Object.defineProperty(part(number), 'number', { get: () => ((read += 1), number) });
      ledger.addPart(counted);
      expect(ledger.uploadId).toBe('u');
    }
    expect(ledger.state).toMatchObject({ bytesUploaded: parts * 10 });
    expect(ledger.multipart.parts).toHaveLength(parts);
    return read / parts;
  };
  expect(reads(10_000)).toBeLessThan(3 * reads(100));
});

test('the parts are the last ones of each number, in order, whatever the order they come in', () => {
  const added = fc.array(fc.record({ number: fc.integer({ min: 1, max: 9 }), size: fc.nat(50) }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(added, fc.nat(30), (parts, lookAfter) => {
      const { ledger } = ledgerHouse();
      for (const [index, { number, size }] of parts.entries()) {
        ledger.addPart({ number, size, etag: `"${index}"` });
        if (index === lookAfter) expect(ledger.multipart.parts.length).toBeGreaterThan(0);
      }
      const last = new Map(
        parts.map(({ number, size }, index) => [number, { number, size, etag: `"${index}"` }]),
      );
      const expected = [...last.values()].toSorted((a, b) => a.number - b.number);
      expect(ledger.multipart.parts).toEqual(expected);
      expect(ledger.state.bytesUploaded).toBe(expected.reduce((sum, { size }) => sum + size, 0));
    }),
  );
});
