import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { actionsOf, exported, recorderHouse, type House } from '../recorderHouse';

const starts = (house: House) => house.platform.commands.filter(({ kind }) => kind === 'start').length;

describe('a picture that broke off', () => {
  it('is tried again when its first restart fails, and all that is missing is one gap', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(10_000);
    house.platform.startFailure = { name: 'NotReadableError', message: 'the graphics driver is being reset' };
    house.platform.captureGone();
    await eventually(() => expect(house.log.lines.at(-1)?.fields?.againInMs).toBe(1000));
    house.platform.startFailure = null;
    house.pass(1000);
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    house.pass(500);
    expect(house.recorder.state().phase).toBe('recording');
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { type: 'gap', what: 'video', fromUs: 8_750_000, tUs: 11_000_000 },
    ]);
  });

  it('is given up after five restarts, however long each of them takes to fail', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(10_000);
    house.platform.answersStart = false;
    house.platform.captureGone();
    await eventually(() => {
      house.pass(5000, { input: true, page: false });
      expect(house.recorder.state().phase).toBe('idle');
    });
    expect(starts(house)).toBe(6);
    await exported(house, id);
    expect(house.recorder.state().problem).toMatchObject({ code: 'CaptureGone' });
  }, 30_000);
});
