import { describe, expect, it } from 'vitest';
import { HookClock } from '../../../../src/main/recorder/input/hookEvents';

const BOOT_MS = 3_600_000;

describe('when input happened', () => {
  it('is told by the X server on Linux, however late the callback runs', () => {
    const clock = new HookClock('linux');
    expect(clock.atUs(BOOT_MS, 1_000_000)).toBe(1_000_000);
    expect(clock.atUs(BOOT_MS + 50, 1_090_000)).toBe(1_050_000);
    expect(clock.atUs(BOOT_MS + 60, 1_090_100)).toBe(1_060_000);
  });

  it('goes on where the server counts from 0 again, after 49.7 days', () => {
    const clock = new HookClock('linux');
    clock.atUs(2 ** 32 - 1, 1_000_000);
    expect(clock.atUs(9, 1_010_500)).toBe(1_010_500);
    clock.atUs(1009, 2_010_000);
    expect(clock.atUs(2009, 3_050_000)).toBe(3_010_000);
  });

  it('is when the callback ran where the hook has no time to rely on', () => {
    const clock = new HookClock('win32');
    clock.atUs(BOOT_MS, 1_000_000);
    expect(clock.atUs(BOOT_MS + 16, 1_090_000)).toBe(1_090_000);
    expect(new HookClock('linux').atUs(Number.NaN, 7)).toBe(7);
  });
});
