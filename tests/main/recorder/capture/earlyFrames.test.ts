import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { sessionHeaderSchema } from '../../../../src/shared/session';
import { FakeInputProcess } from '../../../fakes/FakeInputProcess';
import { actionsOf, lines, recorderHouse } from '../recorderHouse';

describe('frames that come while the recording starts', () => {
  it('count from the beginning of the session', async () => {
    const house = await recorderHouse();
    const input = new FakeInputProcess();
    house.platform.startInputProcess = () => {
      house.platform.inputs.push(input);
      return input;
    };
    const started = house.start();
    await eventually(() => expect(house.platform.commands).toHaveLength(1));
    await eventually(async () =>
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

describe('what happens while the recording starts', () => {
  it('is dated at its zero: the active window, another display, a wake-up', async () => {
    const house = await recorderHouse();
    const { platform } = house;
    const bounds = { x: 10, y: 20, width: 300, height: 200 };
    platform.capabilities.push({ name: 'active-window', available: true });
    const editor = { kind: 'window', app: 'Editor', title: 'notes.txt', bounds } as const;
    platform.active = editor;
    platform.answersStart = false;
    const started = house.start();
    await eventually(() => expect(platform.looks).toBe(1));
    await eventually(() => expect(platform.token).not.toBe(''));
    platform.active = { ...editor, title: 'plan.txt' };
    house.pass(5000);
    await eventually(() => expect(platform.looks).toBeGreaterThan(1));
    platform.displays = [{ ...platform.displays[0]!, scaleFactor: 2 }];
    platform.displaysChanged();
    platform.wake();
    platform.answersStart = true;
    platform.answerStart();
    await started;
    const id = house.sessionId();
    house.pass(1000);
    await house.recorder.stop();
    const windows = (await actionsOf(house, id)).filter(({ type }) => type === 'window');
    expect(windows.at(-1)).toMatchObject({ title: 'plan.txt' });
    for (const { tUs } of windows) expect(tUs).toBe(0);
    const header = sessionHeaderSchema.parse(JSON.parse(await house.text(id, 'session.json')));
    expect(header.geometry.map(({ tUs }) => tUs)).toEqual([0, 0]);
    expect(header.clocks.map(({ tUs }) => tUs)).toEqual([0, 1_000_000]);
  });
});
