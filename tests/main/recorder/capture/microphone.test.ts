import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { sessionHeaderSchema } from '../../../../src/shared/session';
import { actionsOf, recorderHouse, type House } from '../recorderHouse';

const headerOf = async (house: House, id: string) =>
  sessionHeaderSchema.parse(JSON.parse(await house.text(id, 'session.json')));

describe('a recording with a microphone', () => {
  it('says that it has sound', async () => {
    const house = await recorderHouse();
    await house.start({ microphone: true });
    const id = house.sessionId();
    await house.recorder.stop();
    const { microphone, capabilities } = await headerOf(house, id);
    expect(microphone).toBe(true);
    expect(capabilities).toContainEqual({ name: 'microphone', available: true });
    expect(house.notices).toEqual([]);
  });

  it('goes on without it when there is none, and says so', async () => {
    const house = await recorderHouse();
    house.platform.microphone = { problem: { name: 'NotFoundError', message: 'none' } };
    await house.start({ microphone: true });
    const id = house.sessionId();
    await house.recorder.pause();
    await house.recorder.resume();
    await house.recorder.stop();
    const { microphone, capabilities } = await headerOf(house, id);
    expect(microphone).toBe(false);
    expect(capabilities).toContainEqual({
      name: 'microphone',
      available: false,
      why: 'No microphone was found.',
    });
    expect(house.notices).toMatchObject([{ code: 'NoMicrophone', details: 'NotFoundError: none' }]);
  });

  it.each([
    { what: 'another one takes over', problem: undefined, gaps: ['microphone'], notices: 0 },
    { what: 'none does', problem: { name: 'NotFoundError', message: 'none' }, gaps: [], notices: 1 },
  ])('goes on in a new segment when it vanishes and $what', async ({ problem, gaps, notices }) => {
    const house = await recorderHouse();
    await house.start({ microphone: true });
    const id = house.sessionId();
    const first = house.platform.token;
    house.platform.microphone = { problem };
    house.recorder.captureReport({ kind: 'microphone-lost', token: first });
    await eventually(() => expect(house.platform.token).not.toBe(first));
    await house.recorder.stop();
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;tail');
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
    const actions = await actionsOf(house, id);
    expect(actions.map((action) => action.type === 'gap' && action.what)).toEqual(gaps);
    expect(house.notices).toHaveLength(notices);
    expect((await headerOf(house, id)).microphone).toBe(true);
  });
});
