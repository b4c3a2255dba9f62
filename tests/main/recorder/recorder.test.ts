import { describe, expect, it, vi } from 'vitest';
import {
  actionsFileSchema,
  screenshotSchema,
  sessionHeaderSchema,
  type Action,
} from '../../../src/shared/session';
import { recorderHouse } from './recorderHouse';

type House = Awaited<ReturnType<typeof recorderHouse>>;

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

async function actionsOf(house: House, id: string): Promise<Action[]> {
  return actionsFileSchema.parse(JSON.parse(await house.text(id, 'actions.json'))).actions;
}

function click(house: House, x: number, y: number): void {
  const atUs = house.clock.monotonicUs();
  const at = { atUs, x, y, button: 1, mask: 0 };
  house.platform.input.say({
    kind: 'events',
    events: [
      { kind: 'press', ...at },
      { kind: 'release', ...at },
    ],
  });
}

/** Waits until the export that follows a stop has ended. */
const exported = (house: House, id: string) =>
  vi.waitFor(async () => expect(await house.sessions.isExported(id)).toBe(true));

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

describe('a recording in trouble', () => {
  it.each([
    ['the screen may not be captured', 'CaptureNotAllowed'],
    ['input cannot be hooked', 'InputHookFailed'],
  ])('is undone when %s', async (_what, code) => {
    const house = await recorderHouse();
    if (code === 'CaptureNotAllowed')
      house.platform.startFailure = { name: 'NotAllowedError', message: 'denied' };
    else house.platform.inputFailure = 'no access';
    await expect(house.start()).rejects.toMatchObject({ error: { code } });
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: { code } });
    expect(await house.sessions.ids()).toEqual([]);
    expect(house.platform.awake).toBe(0);
    expect(house.platform.calls.slice(-2)).toEqual(['closeToolbar', 'showMain']);
  });

  it('goes on in a new segment when the capture page dies', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const first = house.platform.token;
    house.pass(500);
    house.platform.captureGone();
    await vi.waitFor(() => expect(house.platform.token).not.toBe(first));
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'gap', what: 'video', fromUs: 0, tUs: 500_000 },
    ]);
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;');
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
  });

  it('stops cleanly and keeps everything when the picture cannot be brought back', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.platform.startFailure = { name: 'NotFoundError', message: 'gone' };
    house.platform.captureGone();
    await exported(house, id);
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: { code: 'CaptureGone' } });
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;');
  });

  it('starts the input process again and records the gap', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    house.platform.input.exit(1);
    house.pass(200);
    await vi.waitFor(() => expect(house.platform.inputs).toHaveLength(2));
    await vi.waitFor(() => expect(house.recorder.state().actionCount).toBe(1));
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([{ type: 'gap', what: 'input' }]);
  });

  it('notices an input process that went silent', async () => {
    const house = await recorderHouse();
    await house.start();
    house.clock.advance(6000);
    expect(house.platform.inputs).toHaveLength(2);
    expect(house.platform.inputs[0]?.killed).toBe(true);
    await house.recorder.stop();
  });

  it('refuses a chunk of a segment that ended', async () => {
    const house = await recorderHouse();
    await house.start();
    const stale = house.platform.token;
    await house.recorder.pause();
    await house.recorder.resume();
    await expect(house.recorder.captureChunk(stale, new Uint8Array(1))).rejects.toMatchObject({
      error: { code: 'StaleSegment' },
    });
    await house.recorder.stop();
  });
});

describe('the picture', () => {
  it('is said to arrive while the page beats, moving or not, and not when it falls silent', async () => {
    const house = await recorderHouse();
    await house.start();
    const beat = () =>
      house.recorder.captureReport({ kind: 'frames', token: house.platform.token, frames: [] });
    for (let second = 0; second < 10; second += 1) {
      house.pass(1000);
      beat();
    }
    expect(house.recorder.state().framesArriving).toBe(true);
    house.pass(4000);
    expect(house.recorder.state().framesArriving).toBe(false);
    await house.recorder.stop();
  });

  it('ties each frame to the session clock', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    const frames = [
      { ageMs: 100, ptsUs: 900_000 },
      { ageMs: 50, ptsUs: 950_000 },
    ];
    house.recorder.captureReport({ kind: 'frames', token: house.platform.token, frames });
    await house.recorder.stop();
    expect(lines(await house.text(id, 'frames.jsonl'))).toEqual([
      { tUs: 900_000, segment: 'video/0001.mp4', ptsUs: 900_000 },
      { tUs: 950_000, segment: 'video/0001.mp4', ptsUs: 950_000 },
    ]);
  });
});
