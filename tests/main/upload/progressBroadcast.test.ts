import { expect, onTestFinished, test } from 'vitest';
import { ProgressBroadcast } from '../../../src/main/upload/progressBroadcast';
import { progressPayload } from '../../../src/main/upload/progressPayload';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import { FakeClock } from '../../fakes/FakeClock';
import { SESSION } from './support';

/** An upload whose speed is that of a list, one after the other each time it is looked at. */
function broadcastOf(speeds: (number | undefined)[]) {
  const clock = new FakeClock();
  const told: { atMs: number; bytesPerSecond?: number }[] = [];
  const startMs = clock.now();
  const state = { ...newUploadState(SESSION, 0), status: 'uploading' as const, totalBytes: 100 };
  const broadcast = new ProgressBroadcast(
    clock,
    {
      broadcast: (_name, payload) =>
        void told.push({ atMs: clock.now() - startMs, ...(payload as { bytesPerSecond?: number }) }),
    },
    () => progressPayload(state, { bytes: 1, bytesKept: 0, bytesPerSecond: speeds.shift() }),
  );
  onTestFinished(() => broadcast.close());
  const seen = () => told.map(({ atMs, bytesPerSecond }) => [atMs, bytesPerSecond]);
  return { clock, broadcast, seen };
}

test('a speed is told once a second while it fades, until there is none', () => {
  const { clock, broadcast, seen } = broadcastOf([50, 40, 30]);
  broadcast.progressed(SESSION);
  clock.advance(60_000);
  expect(seen()).toEqual([
    [0, 50],
    [1000, 40],
    [2000, 30],
    [3000, undefined],
  ]);
});

test('what is heard meanwhile is not held up by it, and after the end nothing is told', () => {
  const { clock, broadcast, seen } = broadcastOf([50, 60, 60, 60]);
  broadcast.progressed(SESSION);
  clock.advance(500);
  broadcast.progressed(SESSION);
  clock.advance(50);
  broadcast.progressed(SESSION);
  clock.advance(900);
  broadcast.close();
  clock.advance(60_000);
  expect(seen()).toEqual([
    [0, 50],
    [500, 60],
    [600, 60],
  ]);
});
