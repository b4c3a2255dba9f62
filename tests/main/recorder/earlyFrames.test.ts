import { describe, expect, it, vi } from 'vitest';
import { FakeInputProcess } from '../../fakes/FakeInputProcess';
import { lines, recorderHouse } from './recorderHouse';

describe('frames that come while the recording starts', () => {
  it('count from the beginning of the session', async () => {
    const house = await recorderHouse();
    const input = new FakeInputProcess();
    house.platform.startInputProcess = () => {
      house.platform.inputs.push(input);
      return input;
    };
    const started = house.start();
    await vi.waitFor(() => expect(house.platform.commands).toHaveLength(1));
    await vi.waitFor(async () =>
      expect(await house.text(house.sessionId(), 'video/0001.mp4')).toContain('head'),
    );
    const id = house.sessionId();
    house.clock.advance(1000);
    house.framesSeen([{ ageMs: 10, ptsUs: 0 }]);
    house.clock.advance(1000);
    input.say({ kind: 'ready' });
    await started;
    house.pass(1000);
    house.framesSeen([{ ageMs: 100, ptsUs: 2_410_000 }]);
    await house.recorder.stop();
    expect(lines(await house.text(id, 'frames.jsonl'))).toEqual([
      { tUs: 0, segment: 'video/0001.mp4', ptsUs: 0 },
      { tUs: 900_000, segment: 'video/0001.mp4', ptsUs: 2_410_000 },
    ]);
  });
});
