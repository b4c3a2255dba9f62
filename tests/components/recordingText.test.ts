import { describe, expect, it } from 'vitest';
import {
  describePhase,
  describeRunning,
  elapsedAt,
  formatShortcut,
  isPictureLost,
} from '../../src/components/recordingText';
import type { RecordingState } from '../../src/shared/recording';

const running: RecordingState = {
  phase: 'recording',
  elapsedMs: 5_000,
  atMs: 1_000_000,
  actionCount: 0,
  screenshotCount: 0,
  videoBytes: 0,
  framesArriving: true,
};

it.each([
  ['CommandOrControl+Shift+F9', 'Ctrl+Shift+F9', '⌘⇧F9'],
  ['Control+Alt+P', 'Ctrl+Alt+P', '⌃⌥P'],
  ['F12', 'F12', 'F12'],
])('the shortcut %s is %s, on a Mac %s', (accelerator, elsewhere, mac) => {
  expect(formatShortcut(accelerator, false)).toBe(elsewhere);
  expect(formatShortcut(accelerator, true)).toBe(mac);
});

describe('the clock of a recording', () => {
  it('runs while recording, never backwards', () => {
    expect(elapsedAt(running, 1_003_000)).toBe(8_000);
    expect(elapsedAt(running, 900_000)).toBe(5_000);
  });

  it.each(['paused', 'stopping', 'idle'] as const)('stands while %s', (phase) =>
    expect(elapsedAt({ ...running, phase }, 1_003_000)).toBe(5_000),
  );
});

it('misses the picture only where it should come', () => {
  expect(isPictureLost({ ...running, framesArriving: false })).toBe(true);
  expect(isPictureLost({ ...running, phase: 'paused', framesArriving: false })).toBe(false);
  expect(describePhase({ ...running, framesArriving: false })).toBe('No picture');
  expect(describePhase(running)).toBe('Recording');
});

it('says on the toolbar first what a person should not forget', () => {
  const paused = { ...running, phase: 'paused', actionCount: 2 } as const;
  expect(describeRunning({ ...running, actionCount: 2 })).toBe('2 actions');
  expect(describeRunning({ ...running, recordKeyCodes: true })).toBe('Typing is recorded');
  expect(describeRunning({ ...running, redacting: true })).toBe('Redacting, all hidden');
  expect(describeRunning(paused)).toBe('Paused');
  expect(describeRunning({ ...paused, diskMinutesLeft: 5 })).toBe('Disk full in 5 min');
  expect(describeRunning({ ...paused, redacting: true })).toBe('Paused, redacting');
});
