import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { newUploadState } from '../../../src/main/upload/queueState';
import { UploadLedger } from '../../../src/main/upload/uploadLedger';
import type { UploadState } from '../../../src/main/types';
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
  const save = async ({ multipart: saved }: Partial<UploadState>) => {
    disk.tries += 1;
    if (disk.full) throw new Error('ENOSPC: no space left on device');
    disk.parts = (saved?.parts ?? []).map(({ number }) => number);
  };
  const ledger = new UploadLedger({ ...newUploadState(SESSION, 0), multipart }, save, clock);
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
