import { describe, expect, it } from 'vitest';
import type { RecordingState } from '../../../src/shared/recording';
import { screenshotSchema, sessionHeaderSchema } from '../../../src/shared/session';
import { rebuiltHeader } from '../../../src/main/sessions/settledHeader';
import { makeSessionId } from '../../../src/shared/ids';
import { actionsOf, click, exported, lines, recorderHouse } from './recorderHouse';

describe('a recording', () => {
  it('goes from start to an exported session with all that happened', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    click(house, 100, 200);
    house.pass(2000);
    expect(house.recorder.state()).toMatchObject({ phase: 'recording', elapsedMs: 3000, actionCount: 2 });
    await house.recorder.stop();
    await exported(house, id);

    const header = sessionHeaderSchema.parse(JSON.parse(await house.text(id, 'session.json')));
    expect(header).toMatchObject({
      state: 'finished',
      durationUs: 3_000_000,
      source: { id: 'screen:0', kind: 'screen', display: '1' },
      video: { segments: ['video/0001.mp4'] },
    });
    expect(header.clocks).toHaveLength(2);
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'press', tUs: 1_000_000, display: '1', epoch: 0, x: 100, y: 200, button: 1 },
      { type: 'release', tUs: 1_000_000 },
    ]);
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;tail');
    const shots = lines(await house.text(id, 'screenshots.jsonl')).map((line) =>
      screenshotSchema.parse(line),
    );
    expect(shots.map(({ trigger }) => trigger)).toEqual(['start', 'press', 'stop']);
    expect(await house.sessions.list()).toMatchObject([
      { sessionId: id, condition: 'exported', actionCount: 2 },
    ]);
  });

  it('lets no frame or screenshot lie before the one ahead of it, however late a report came', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const frame = (ageMs: number, ptsUs: number) => ({ ageMs, ptsUs });
    const report = (...frames: { ageMs: number; ptsUs: number }[]) => house.framesSeen(frames);
    house.pass(1000);
    report(frame(50, 0), frame(20, 33_000));
    house.pass(10);
    report(frame(60, 66_000), frame(5, 99_000));
    house.platform.screenshotAgeMs = 2000;
    click(house, 1, 1);
    await house.recorder.stop();
    await exported(house, id);
    const timesOf = async (name: string) =>
      lines(await house.text(id, name)).map((line) => (line as { tUs: number }).tUs);
    expect(await timesOf('frames.jsonl')).toEqual([950_000, 980_000, 980_000, 1_005_000]);
    const shots = await timesOf('screenshots.jsonl');
    expect(shots).toEqual(shots.toSorted((a, b) => a - b));
    expect(shots).toHaveLength(3);
  });

  it('takes another name where its own is taken, and leaves that session as it is', async () => {
    const house = await recorderHouse();
    const taken = makeSessionId(house.clock.now(), '0001');
    await house.sessions.create(rebuiltHeader(taken));
    const header = await house.text(taken, 'session.json');
    await house.start();
    expect(house.sessionId()).not.toBe(taken);
    await house.recorder.stop();
    expect(await house.text(taken, 'session.json')).toBe(header);
  });

  it('hides the main window while it runs and shows the sessions afterwards', async () => {
    const house = await recorderHouse();
    await house.start();
    expect(house.platform.calls).toEqual(['openToolbar', 'minimizeMain', 'openCapture screen:0']);
    expect(house.platform.awake).toBe(1);
    await house.recorder.stop();
    expect(house.platform.calls.slice(-3)).toEqual(['closeCapture', 'closeToolbar', 'showMain']);
    expect(house.platform.of('app:show-view')).toEqual([{ view: 'sessions' }]);
    expect(house.platform.awake).toBe(0);
  });

  it('tells each change of the phase once, in order', async () => {
    const house = await recorderHouse();
    await house.start();
    await house.recorder.pause();
    await house.recorder.resume();
    await house.recorder.stop();
    const moves = house.log.lines.filter(({ message }) => message === 'recording phase');
    expect(moves.map(({ fields }) => `${fields?.from}>${fields?.to}`)).toEqual([
      'idle>starting',
      'starting>recording',
      'recording>paused',
      'paused>recording',
      'recording>stopping',
      'stopping>idle',
    ]);
  });

  it('tells the list that it is being finished before that is done', async () => {
    const house = await recorderHouse();
    await house.start();
    const toldBefore = house.platform.events.length;
    await house.recorder.stop();
    const told = house.platform.events
      .slice(toldBefore)
      .filter(({ name }) => name === 'recording:state' || name === 'sessions:changed')
      .map(({ name, payload }) => (name === 'recording:state' ? (payload as RecordingState).phase : name));
    expect(told.slice(0, 3)).toEqual(['stopping', 'sessions:changed', 'idle']);
  });

  it('leaves out what happens in a pause and makes a new segment after it', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    await house.recorder.pause();
    house.pass(5000);
    click(house, 1, 1);
    expect(house.recorder.state()).toMatchObject({ phase: 'paused', elapsedMs: 1000 });
    await house.recorder.resume();
    house.pass(500);
    click(house, 2, 2);
    expect(house.recorder.state().elapsedMs).toBe(1500);
    await house.recorder.stop();
    expect((await actionsOf(house, id)).map(({ type, tUs }) => [type, tUs])).toEqual([
      ['pause', 1_000_000],
      ['resume', 6_000_000],
      ['press', 6_500_000],
      ['release', 6_500_000],
    ]);
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
  });

  it('stays paused input away when it is stopped from the pause', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    await house.recorder.pause();
    house.pass(1000);
    click(house, 1, 1);
    await house.recorder.stop();
    expect((await actionsOf(house, id)).map(({ type }) => type)).toEqual(['pause']);
  });

  it('records where the pointer came to rest, and everything in order of time', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const nowUs = house.clock.monotonicUs();
    const move = (ms: number) => ({
      kind: 'move' as const,
      atUs: nowUs + ms * 1000,
      x: ms,
      y: 0,
      button: 0,
      mask: 0,
    });
    const key = { kind: 'keydown' as const, atUs: nowUs + 9000, keycode: 28, mask: 0 };
    house.platform.input.say({
      kind: 'events',
      events: [move(1), move(5), key, move(12), move(30), move(31)],
    });
    house.pass(1000);
    await house.recorder.pause();
    await house.recorder.stop();
    expect((await actionsOf(house, id)).map(({ type, tUs }) => [type, tUs / 1000])).toEqual([
      ['move', 1],
      ['move', 5],
      ['keydown', 9],
      ['move', 30],
      ['move', 31],
      ['pause', 1000],
    ]);
  });

  it('does not record input on its own windows', async () => {
    const house = await recorderHouse();
    house.platform.ownBounds = [{ x: 0, y: 0, width: 50, height: 50 }];
    await house.start();
    const id = house.sessionId();
    click(house, 10, 10);
    click(house, 60, 60);
    await house.recorder.stop();
    expect((await actionsOf(house, id)).map(({ type }) => type)).toEqual(['press', 'release']);
  });

  it('begins a new epoch and a new segment when the displays change', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const [display] = house.platform.displays;
    house.platform.displays = [{ ...display!, bounds: { x: 0, y: 0, width: 640, height: 480 } }];
    house.platform.displaysChanged();
    await house.recorder.stop();
    const header = sessionHeaderSchema.parse(JSON.parse(await house.text(id, 'session.json')));
    expect(header.geometry.map(({ epoch }) => epoch)).toEqual([0, 1]);
  });

  it('refuses what its phase does not admit', async () => {
    const house = await recorderHouse();
    await expect(house.recorder.pause()).rejects.toMatchObject({ error: { code: 'NotNow' } });
    await house.start();
    await expect(house.start()).rejects.toMatchObject({ error: { code: 'NotNow' } });
    await expect(house.recorder.resume()).rejects.toMatchObject({ error: { code: 'NotNow' } });
    await house.recorder.stop();
  });

  it('is finalised by a shutdown', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    await house.recorder.shutdown();
    const header = sessionHeaderSchema.parse(JSON.parse(await house.text(id, 'session.json')));
    expect(header.state).toBe('finished');
    expect(house.recorder.state().phase).toBe('idle');
    await exported(house, id);
  });
});
