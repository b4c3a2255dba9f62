import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { recorderHouse, type House } from '../recorderHouse';

const portal = {
  id: 'portal',
  name: 'Chosen when the recording starts',
  kind: 'screen',
  thumbnail: '',
} as const;

/** A desktop whose dialog asks at each start what to record, with a person who is in no hurry to answer. */
async function desktop(): Promise<House> {
  const house = await recorderHouse();
  house.platform.sources = [portal];
  house.platform.answersStart = false;
  return house;
}

const isAsked = (house: House) =>
  eventually(() => expect(house.platform.commands.at(-1)?.kind).toBe('start'));

function choose(house: House): void {
  house.platform.answersStart = true;
  house.platform.answerStart();
}

/** A recording that runs and whose page died, so that the dialog is up again. */
async function askedAgain(): Promise<House> {
  const house = await desktop();
  const started = house.start({ sourceId: 'portal' });
  await isAsked(house);
  choose(house);
  await started;
  house.platform.answersStart = false;
  house.platform.captureGone();
  await isAsked(house);
  return house;
}

describe('the choice in the desktop’s dialog', () => {
  it('may take its time', async () => {
    const house = await desktop();
    const started = house.start({ sourceId: 'portal' });
    await isAsked(house);
    house.clock.advance(120_000);
    choose(house);
    await started;
    expect(house.recorder.state().phase).toBe('recording');
  });

  it.each(['stop', 'shutdown'] as const)('is given up at once by a %s, without an error', async (how) => {
    const house = await desktop();
    const started = house.start({ sourceId: 'portal' });
    await isAsked(house);
    await house.recorder[how]();
    await started;
    expect(house.recorder.state().phase).toBe('idle');
    expect(house.recorder.state().problem).toBeUndefined();
    expect(await house.sessions.ids()).toEqual([]);
    expect(house.platform.calls.slice(-2)).toEqual(['closeToolbar', 'showMain']);
  });

  it('that never comes is told as none', async () => {
    const house = await desktop();
    const started = house.start({ sourceId: 'portal' });
    await isAsked(house);
    house.clock.advance(180_000);
    await expect(started).rejects.toMatchObject({ error: { code: 'NothingChosen' } });
  });

  it('that is up again in the middle of a recording holds up no stop', async () => {
    const house = await askedAgain();
    const id = house.sessionId();
    await house.recorder.stop();
    expect(house.recorder.state().phase).toBe('idle');
    expect(house.recorder.state().problem).toBeUndefined();
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;');
  });

  it.each(['NotAllowedError', 'AbortError'])(
    'that is closed in the middle of a recording is not asked for again: the recording ends (%s)',
    async (name) => {
      const house = await askedAgain();
      const dialogs = () => house.platform.calls.filter((call) => call === 'openCapture portal').length;
      const failed = { kind: 'failed', name, message: 'Permission denied' } as const;
      house.recorder.captureReport({ ...failed, token: house.platform.token });
      await eventually(() => expect(house.recorder.state().phase).toBe('idle'));
      expect(dialogs()).toBe(2);
    },
  );

  it('once made, is not waited for by a resume', async () => {
    const house = await desktop();
    const started = house.start({ sourceId: 'portal' });
    await isAsked(house);
    choose(house);
    await started;
    await house.recorder.pause();
    house.platform.answersStart = false;
    const resumed = house.recorder.resume();
    await isAsked(house);
    house.clock.advance(20_000);
    await expect(resumed).rejects.toMatchObject({ error: { code: 'CaptureGone' } });
  });
});
