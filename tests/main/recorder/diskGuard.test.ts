import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import { DiskGuard, RESERVE_BYTES, type Progress } from '../../../src/main/recorder/diskGuard';
import { exported, recorderHouse } from './recorderHouse';

const MB = 1024 * 1024;

/** A recording that writes at a rate on a disk that nobody else writes to. */
class Disk {
  freeBytes: number;
  readonly told: string[] = [];
  now: Progress = { recordedMs: 0, bytesWritten: 0 };
  readonly guard = new DiskGuard({
    freeBytes: async () => this.freeBytes,
    onShort: (minutes) => void this.told.push(`short ${Math.round(minutes)}`),
    onRoom: () => void this.told.push('room'),
    onOut: () => void this.told.push('out'),
  });

  constructor(spareBytes: number) {
    this.freeBytes = spareBytes + RESERVE_BYTES;
  }

  async record(seconds: number, bytesPerSecond: number): Promise<void> {
    const bytes = Math.round(seconds * bytesPerSecond);
    this.freeBytes -= bytes;
    const { recordedMs, bytesWritten } = this.now;
    this.now = { recordedMs: recordedMs + seconds * 1000, bytesWritten: bytesWritten + bytes };
    await this.guard.look(this.now);
  }

  /** Until it is told that no more fits; how long that took, in seconds. */
  async recordToTheEnd(bytesPerSecond: number): Promise<number> {
    while (!this.told.includes('out')) await this.record(5, bytesPerSecond);
    return this.now.recordedMs / 1000;
  }
}

describe('the disk guard', () => {
  it('foresees how long the disk lasts, with room for the bundle', async () => {
    const disk = new Disk(1200 * MB);
    await disk.record(5, MB);
    expect(disk.guard.minutesLeft).toBeUndefined();
    await disk.record(5, MB);
    // 1190 MB are free beside the reserve; the bundle takes 10, and each further second takes 2.
    expect(disk.guard.minutesLeft).toBeCloseTo(1180 / 2 / 60);
  });

  it('warns once at ten minutes and ends at two', async () => {
    const disk = new Disk(1500 * MB);
    await disk.recordToTheEnd(MB);
    expect(disk.told).toEqual(['short 10', 'out']);
    expect(disk.guard.minutesLeft).toBeCloseTo(2, 0);
  });

  it('warns again when there was room meanwhile', async () => {
    const disk = new Disk(1000 * MB);
    await disk.record(10, MB);
    disk.freeBytes += 5000 * MB;
    await disk.record(5, MB);
    disk.freeBytes -= 5000 * MB;
    await disk.record(5, MB);
    expect(disk.told).toEqual(['short 8', 'room', 'short 8']);
  });

  it('reckons with the faster of the last minute and the whole', async () => {
    const disk = new Disk(100_000 * MB);
    for (let n = 0; n < 60; n += 1) await disk.record(5, 0.1 * MB);
    const slow = disk.guard.minutesLeft!;
    for (let n = 0; n < 13; n += 1) await disk.record(5, MB);
    expect(disk.guard.minutesLeft!).toBeLessThan(slow / 9);
    for (let n = 0; n < 13; n += 1) await disk.record(5, 0);
    expect(disk.guard.minutesLeft!).toBeLessThan(slow / 2);
  });

  it('ends at once where another program takes the room', async () => {
    const disk = new Disk(10_000 * MB);
    await disk.record(5, MB);
    disk.freeBytes = RESERVE_BYTES;
    await disk.record(5, MB);
    expect(disk.told).toEqual(['out']);
  });

  it('does not end for want of a rate', async () => {
    const disk = new Disk(MB);
    await disk.record(60, 0);
    expect(disk.guard.minutesLeft).toBeUndefined();
    expect(disk.told).toEqual([]);
  });

  it('always leaves room for the bundle when it ends, and never ends long before', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 100, max: 20_000 }),
      fc.integer({ min: 50_000, max: 4 * MB }),
      async (spareMb, bytesPerSecond) => {
        const disk = new Disk(spareMb * MB);
        await disk.recordToTheEnd(bytesPerSecond);
        const spareBytes = disk.freeBytes - disk.now.bytesWritten - RESERVE_BYTES;
        const twoMinutes = 2 * 120 * bytesPerSecond;
        // Looked at every five seconds, and not before ten have passed.
        const wasTooSmall = spareMb * MB < twoMinutes + 20 * bytesPerSecond;
        if (!wasTooSmall) expect(spareBytes).toBeGreaterThanOrEqual(twoMinutes - 10.1 * bytesPerSecond);
        expect(spareBytes).toBeLessThanOrEqual(twoMinutes + 1);
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });
});

describe('a recording on a disk that fills up', () => {
  it('says how long it lasts, warns, and ends cleanly with a reason', async () => {
    const house = await recorderHouse();
    let spareBytes = 10_000 * MB;
    house.disk.freeBytes = async () => spareBytes + RESERVE_BYTES;
    await house.start();
    const id = house.sessionId();
    for (let n = 0; n < 40; n += 1) {
      await house.chunk(house.platform.token, new Uint8Array(256 * 1024));
      house.pass(500);
    }
    await eventually(() => expect(house.recorder.state().diskMinutesLeft).toBeGreaterThan(100));
    expect(house.notices).toEqual([]);
    spareBytes = 400 * MB;
    house.pass(5000);
    await eventually(() => expect(house.notices).toMatchObject([{ code: 'DiskNearlyFull' }]));
    expect(house.notices[0]!.message).toMatch(/about [678] more minutes/);
    spareBytes = 10_000 * MB;
    house.pass(5000);
    await eventually(() => expect(house.notices).toEqual([]));
    spareBytes = 200 * MB;
    house.pass(5000);
    await eventually(() => expect(house.notices).toMatchObject([{ code: 'DiskNearlyFull' }]));
    spareBytes = 60 * MB;
    house.pass(5000);
    await exported(house, id);
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: { code: 'ENOSPC' } });
    expect(house.recorder.state().problem?.message).toContain('nearly full');
    expect(house.recorder.state().diskMinutesLeft).toBeUndefined();
    expect(house.notices).toEqual([]);
  });
});
