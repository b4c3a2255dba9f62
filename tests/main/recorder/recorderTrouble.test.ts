import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import { FakeInputProcess } from '../../fakes/FakeInputProcess';
import { actionsOf, click, exported, recorderHouse } from './recorderHouse';

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

  it('stops when its folder is moved away, says so, and leaves all that was recorded in it', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const { folder } = house.sessions.paths(id);
    house.pass(500);
    await rename(folder, `${folder}-aside`);
    const press = { kind: 'press', atUs: house.clock.monotonicUs(), x: 1, y: 1, button: 1, mask: 0 } as const;
    house.platform.input.say({ kind: 'events', events: [press] });
    await eventually(() => expect(house.recorder.state().phase).toBe('idle'));
    expect(house.recorder.state().problem).toMatchObject({
      code: 'ENOENT',
      message: 'The folder of this recording is not there any more, so the recording was stopped.',
    });
    expect(await readFile(path.join(`${folder}-aside`, 'video', '0001.mp4'), 'utf8')).toContain(
      'head of 0001;',
    );
  });

  it('says that its folder is gone until it is back', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const { folder } = house.sessions.paths(id);
    await rename(folder, `${folder}-aside`);
    const press = { kind: 'press', atUs: house.clock.monotonicUs(), x: 1, y: 1, button: 1, mask: 0 } as const;
    house.platform.input.say({ kind: 'events', events: [press] });
    await eventually(() => expect(house.recorder.state().phase).toBe('idle'));
    await house.recorder.foldersMoved();
    expect(house.recorder.state().problem).toMatchObject({ code: 'ENOENT' });
    await rename(`${folder}-aside`, folder);
    await house.recorder.foldersMoved();
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: undefined });
    const told = house.platform.events.findLast(({ name }) => name === 'recording:state');
    expect(told?.payload).toMatchObject({ phase: 'idle', problem: undefined });
    expect(await house.sessions.list()).toMatchObject([{ sessionId: id, condition: 'interrupted' }]);
  });

  it('goes on in a new segment when the capture page dies', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const first = house.platform.token;
    house.pass(500);
    house.platform.captureGone();
    await eventually(() => expect(house.platform.token).not.toBe(first));
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'gap', what: 'video', fromUs: 0, tUs: 500_000 },
    ]);
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;');
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
  });

  it('keeps the actions in the order of time when input arrives after a gap was noted', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(400);
    const atUs = house.clock.monotonicUs();
    house.clock.advance(20);
    house.platform.captureGone();
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    const press = { kind: 'press', atUs, x: 1, y: 1, button: 1, mask: 0 } as const;
    house.platform.input.say({ kind: 'events', events: [press] });
    await house.recorder.stop();
    expect((await actionsOf(house, id)).map(({ type, tUs }) => [type, tUs])).toEqual([
      ['press', 400_000],
      ['gap', 420_000],
    ]);
  });

  it('waits longer and longer for a page that dies each time, then stops and keeps everything', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    for (const [earlier, delayMs] of [0, 1000, 2000, 4000, 8000].entries()) {
      house.platform.captureGone();
      expect(house.log.lines.at(-1)).toMatchObject({ message: 'capture broke off' });
      expect(house.log.lines.at(-1)?.fields?.againInMs).toBe(delayMs);
      house.pass(delayMs);
      // The gap is told once the picture is back.
      await eventually(() => expect(house.recorder.state().actionCount).toBe(earlier + 1));
    }
    house.platform.captureGone();
    await exported(house, id);
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: { code: 'CaptureGone' } });
    expect(await house.text(id, 'video/0006.mp4')).toBe('head of 0006;');
  });

  it('stops at once while it waits to start the page again, and tells what is missing', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.platform.captureGone();
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    house.platform.captureGone();
    house.pass(500);
    await house.recorder.stop();
    expect((await actionsOf(house, id)).at(-1)).toMatchObject({ type: 'gap', what: 'video', tUs: 500_000 });
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;');
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

  it('resumes on a fresh page when the page died in the pause, and restarts nothing before', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    await house.recorder.pause();
    const first = house.platform.token;
    house.platform.captureGone();
    house.pass(1000);
    expect(house.platform.token).toBe(first);
    await house.recorder.resume();
    expect(house.recorder.state().phase).toBe('recording');
    await house.recorder.stop();
    expect((await actionsOf(house, id)).map(({ type }) => type)).toEqual(['pause', 'resume']);
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
  });

  it('is paused all the same when the page dies while it pauses, and tells what is missing', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(2000);
    house.platform.answersStop = false;
    const paused = house.recorder.pause();
    await eventually(() => expect(house.platform.commands.at(-1)?.kind).toBe('stop'));
    house.platform.captureGone();
    house.pass(500, { input: true, page: false });
    await paused;
    expect(house.recorder.state().phase).toBe('paused');
    house.platform.answersStop = true;
    await house.recorder.resume();
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'gap', what: 'video', fromUs: 750_000 },
      { type: 'pause', tUs: 2_000_000 },
      { type: 'resume' },
    ]);
  });

  it('can be resumed again after a resume that failed', async () => {
    const house = await recorderHouse();
    await house.start();
    await house.recorder.pause();
    house.platform.startFailure = { name: 'NotReadableError', message: 'busy' };
    await expect(house.recorder.resume()).rejects.toMatchObject({ error: { code: 'CaptureFailed' } });
    expect(house.recorder.state().phase).toBe('paused');
    house.platform.startFailure = null;
    await house.recorder.resume();
    await house.recorder.stop();
  });

  it('starts the input process again and records the gap', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    house.platform.input.exit(1);
    house.pass(200);
    await eventually(() => expect(house.platform.inputs).toHaveLength(2));
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([{ type: 'gap', what: 'input' }]);
  });

  it('goes on with the picture when the input hook is lost, says so once, and takes it up when it comes back', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    house.platform.inputFailure = 'no display';
    for (let end = 0; end < 6; end++) house.platform.input.exit(1);
    expect(house.recorder.state().phase).toBe('recording');
    expect(house.notices).toMatchObject([{ code: 'InputLost' }]);
    for (const count of [7, 8]) {
      house.pass(30_000, { input: false, page: true });
      expect(house.platform.inputs).toHaveLength(count);
      await eventually(() => expect(house.platform.input.killed).toBe(true));
    }
    expect(house.notices).toHaveLength(1);
    house.platform.inputFailure = null;
    house.pass(30_000, { input: false, page: true });
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    house.pass(1000);
    await house.recorder.stop();
    const gaps = await actionsOf(house, id);
    expect(gaps).toMatchObject([{ type: 'gap', what: 'input' }]);
    expect(gaps[0]!.tUs - (gaps[0] as { fromUs: number }).fromUs).toBeGreaterThanOrEqual(90_000_000);
  });

  it('gives up for a while a hook that stands and dies each time, and starts anew once it lasted', async () => {
    const house = await recorderHouse();
    await house.start();
    const deaths = async (count: number) => {
      for (let death = 0; death < count; death++) {
        const before = house.platform.inputs.length;
        house.pass(1000);
        house.platform.input.exit(1);
        if (death < 5) await eventually(() => expect(house.platform.inputs).toHaveLength(before + 1));
      }
    };
    await deaths(6);
    expect(house.notices).toMatchObject([{ code: 'InputLost' }]);
    expect(house.platform.inputs).toHaveLength(6);
    house.pass(30_000, { input: false, page: true });
    expect(house.platform.inputs).toHaveLength(7);
    await eventually(() => expect(house.recorder.state().actionCount).toBe(6));
    house.pass(10_000);
    await deaths(5);
    expect(house.notices).toHaveLength(1);
    await house.recorder.stop();
  });

  it('tells at stop what a lost input hook missed', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    house.platform.inputFailure = 'no display';
    for (let end = 0; end < 6; end++) house.platform.input.exit(1);
    house.pass(5000, { input: false, page: true });
    await house.recorder.stop();
    const { durationUs } = JSON.parse(await house.text(id, 'session.json')) as { durationUs: number };
    expect(await actionsOf(house, id)).toMatchObject([{ type: 'gap', what: 'input', tUs: durationUs }]);
  });

  it('tells at stop what was missed while a hook comes up again', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    const before = house.platform.input;
    house.platform.startInputProcess = () => {
      house.platform.inputs.push(new FakeInputProcess());
      return house.platform.input;
    };
    before.exit(1);
    house.clock.advance(500);
    await house.recorder.stop();
    const { durationUs } = JSON.parse(await house.text(id, 'session.json')) as { durationUs: number };
    expect(await actionsOf(house, id)).toMatchObject([{ type: 'gap', what: 'input', tUs: durationUs }]);
  });

  it('notices within two seconds an input process that went silent', async () => {
    const house = await recorderHouse();
    await house.start();
    house.clock.advance(2000);
    expect(house.platform.inputs).toHaveLength(2);
    expect(house.platform.inputs[0]?.killed).toBe(true);
    await house.recorder.stop();
  });

  it('starts a hook again that beats and tells nothing while the pointer moves, and records the gap from its last event', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    click(house, 5, 5);
    const clickedUs = house.clock.monotonicUs();
    house.pass(30_000);
    expect(house.platform.inputs).toHaveLength(1);
    for (let x = 1; x <= 4; x += 1) {
      house.platform.pointer = { x, y: 0 };
      house.pass(500);
    }
    expect(house.platform.inputs).toHaveLength(2);
    expect(house.platform.inputs[0]?.killed).toBe(true);
    await eventually(() => expect(house.recorder.state().actionCount).toBe(3));
    const lengthUs = house.clock.monotonicUs() - clickedUs;
    await house.recorder.stop();
    const gap = (await actionsOf(house, id)).find(({ type }) => type === 'gap') as {
      fromUs: number;
      tUs: number;
    };
    expect(gap.tUs - gap.fromUs).toBe(lengthUs);
  });

  it('leaves a hook alone that tells of what the pointer does, and one whose pointer cannot be seen', async () => {
    const house = await recorderHouse();
    await house.start();
    for (let x = 1; x <= 20; x += 1) {
      house.platform.pointer = { x, y: 0 };
      house.pass(500);
      if (x % 2) click(house, x, 0);
    }
    house.platform.pointer = null;
    house.pass(10_000);
    expect(house.platform.inputs).toHaveLength(1);
    await house.recorder.stop();
  });

  it('says that input is lost when the hook goes deaf again and again', async () => {
    const house = await recorderHouse();
    await house.start();
    for (let turn = 0; turn < 6; turn += 1) {
      const { length } = house.platform.inputs;
      // Long enough to count as lasting, if beats were all that is asked of it.
      house.pass(11_000);
      for (let x = 1; x <= 4; x += 1) {
        house.platform.pointer = { x: turn * 10 + x, y: 0 };
        house.pass(500);
      }
      if (turn < 5) await eventually(() => expect(house.platform.inputs).toHaveLength(length + 1));
      // It tells of the first moves, and of nothing later.
      click(house, turn, 0);
    }
    expect(house.notices).toMatchObject([{ code: 'InputLost' }]);
    await house.recorder.stop();
  });

  it('refuses a chunk of a segment that ended', async () => {
    const house = await recorderHouse();
    await house.start();
    const stale = house.platform.token;
    await house.recorder.pause();
    await house.recorder.resume();
    await expect(house.chunk(stale, new Uint8Array(1))).rejects.toMatchObject({
      error: { code: 'StaleSegment' },
    });
    await house.recorder.stop();
  });
});

describe('the picture', () => {
  it('is said to arrive while the page beats, moving or not, and not while its track is muted', async () => {
    const house = await recorderHouse();
    await house.start();
    house.pass(10_000);
    expect(house.recorder.state().framesArriving).toBe(true);
    for (let second = 0; second < 4; second += 1) {
      house.clock.advance(1000);
      house.framesSeen([], { muted: true });
    }
    expect(house.recorder.state().framesArriving).toBe(false);
    expect(house.platform.calls).not.toContain('killCapture');
    house.pass(500);
    expect(house.recorder.state().framesArriving).toBe(true);
    await house.recorder.stop();
  });
});
