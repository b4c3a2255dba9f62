import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { actionsOf, recorderHouse, type House } from '../recorderHouse';

const passSilently = (house: House, ms: number) => house.pass(ms, { input: true, page: false });
const kills = (house: House) => house.platform.calls.filter((call) => call === 'killCapture').length;

describe('a capture page that hangs without dying', () => {
  it('is killed within two seconds and started again, and what is missing is a gap', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(10_000);
    const first = house.platform.token;
    passSilently(house, 1500);
    expect(kills(house)).toBe(0);
    passSilently(house, 500);
    expect(kills(house)).toBe(1);
    await eventually(() => expect(house.platform.token).not.toBe(first));
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    house.pass(3000);
    expect(house.recorder.state()).toMatchObject({ phase: 'recording', framesArriving: true });
    expect(kills(house)).toBe(1);
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'gap', what: 'video', fromUs: 8_750_000, tUs: 12_000_000 },
    ]);
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
  });

  it('leaves no picture from its death on, not only once its last beat is old, until another gives one', async () => {
    const house = await recorderHouse();
    await house.start();
    house.pass(1000);
    const first = house.platform.token;
    house.platform.captureGone();
    expect(house.recorder.state()).toMatchObject({ phase: 'recording', framesArriving: false });
    await eventually(() => expect(house.platform.token).not.toBe(first));
    await eventually(() => expect(house.recorder.state().framesArriving).toBe(true));
    await house.recorder.stop();
  });

  it('is not what silence means in a pause, before the start and after the stop', async () => {
    const house = await recorderHouse();
    await house.start();
    house.pass(1000);
    await house.recorder.pause();
    passSilently(house, 60_000);
    await house.recorder.resume();
    house.pass(1000);
    await house.recorder.stop();
    passSilently(house, 60_000);
    expect(kills(house)).toBe(0);
  });

  it('is not what a sleep of the machine looks like: the page beats again as soon as main does', async () => {
    const house = await recorderHouse();
    await house.start();
    house.pass(1000);
    // Timers that fell due in the sleep fire once, and what was sent is heard next.
    house.clock.sleep(3_600_000);
    house.clock.advance(0);
    house.pass(5000);
    expect(kills(house)).toBe(0);
    await house.recorder.stop();
  });

  it('that hangs again and again ends the recording, with what is there', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    for (let hang = 1; hang <= 6; hang += 1) {
      passSilently(house, 2000);
      expect(kills(house)).toBe(hang);
      const starts = house.platform.commands.filter(({ kind }) => kind === 'start').length;
      await eventually(() => {
        passSilently(house, 500);
        const now = house.platform.commands.filter(({ kind }) => kind === 'start').length;
        expect(now > starts || house.recorder.state().phase === 'idle').toBe(true);
      });
    }
    await eventually(() => expect(house.recorder.state().phase).toBe('idle'));
    expect(house.recorder.state().problem).toMatchObject({ code: 'CaptureGone' });
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;');
  });
});

describe('an encoder that gives nothing', () => {
  /** Frames as they come of a screen that moves. */
  const passMoving = (house: House, seconds: number) => {
    for (let quarters = seconds * 4; quarters > 0; quarters -= 1) {
      house.clock.advance(250);
      house.platform.input.say({ kind: 'alive', atUs: house.clock.monotonicUs() });
      house.framesSeen(Array.from({ length: 7 }, (_, frame) => ({ ageMs: 0, ptsUs: frame })));
    }
  };

  it('is noticed though the page beats and sees frames; the page is started again, and what is missing is a gap', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const first = house.platform.token;
    house.pass(1000);
    passMoving(house, 8);
    expect(kills(house)).toBe(0);
    passMoving(house, 1);
    expect(kills(house)).toBe(1);
    await eventually(() => expect(house.platform.token).not.toBe(first));
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([{ type: 'gap', what: 'video', fromUs: 1_250_000 }]);
  });

  it('is not what a screen looks like on which something moves now and then', async () => {
    const house = await recorderHouse();
    await house.start();
    for (let minute = 0; minute < 10; minute += 1) {
      house.pass(60_000);
      house.framesSeen([{ ageMs: 0, ptsUs: minute }]);
    }
    expect(kills(house)).toBe(0);
    await house.recorder.stop();
  });
});

describe('a disk that does not keep up', () => {
  it('costs a gap from when nothing more was recorded, is said, and the picture goes on', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(10_000);
    const first = house.platform.token;
    for (let half = 0; half < 16; half += 1) {
      house.clock.advance(500);
      house.platform.input.say({ kind: 'alive', atUs: house.clock.monotonicUs() });
      house.framesSeen([], { muted: true });
    }
    expect(house.recorder.state().framesArriving).toBe(false);
    const full = { name: 'QuotaExceededError', message: 'More waited than fits.' };
    house.recorder.captureReport({ kind: 'failed', token: first, ageMs: 8000, ...full });
    await eventually(() => expect(house.platform.token).not.toBe(first));
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    house.pass(1000);
    expect(house.recorder.state()).toMatchObject({ phase: 'recording', framesArriving: true });
    expect(house.notices).toMatchObject([{ code: 'DiskTooSlow' }]);
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'gap', what: 'video', fromUs: 10_000_000, tUs: 18_000_000 },
    ]);
  });
});
