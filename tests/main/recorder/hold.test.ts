import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import { actionsOf, click, recorderHouse, type House } from './recorderHouse';

const bounds = { x: 10, y: 20, width: 300, height: 200 };
const editor = { kind: 'window', app: 'Editor', title: 'notes.txt', bounds } as const;
const bank = { kind: 'window', app: 'Firefox', title: 'My Bank', bounds } as const;

/** A recording whose page died and whose new page does not answer yet: what comes next has to wait for it. */
async function restarting(): Promise<House> {
  const house = await recorderHouse();
  house.platform.capabilities.push({ name: 'active-window', available: true });
  house.platform.active = editor;
  await house.start();
  house.pass(1000);
  const first = house.platform.token;
  house.platform.answersStart = false;
  house.platform.captureGone();
  await eventually(() => expect(house.platform.token).not.toBe(first));
  return house;
}

function answer(house: House): void {
  house.platform.answersStart = true;
  house.platform.answerStart();
}

/** What a person does who believes not to be recorded: changes to another window and clicks in it. */
async function bePrivate(house: House): Promise<void> {
  const { looks } = house.platform;
  house.platform.active = bank;
  house.pass(1000);
  click(house, 9, 9);
  house.pass(1000);
  await eventually(() => expect(house.platform.looks).toBeGreaterThan(looks));
}

const kindsOf = async (house: House, id: string) => (await actionsOf(house, id)).map(({ type }) => type);

describe('while the picture is being started again', () => {
  it('a pause is one from the moment that it is asked for: no input, no window, no screenshot', async () => {
    const house = await restarting();
    const id = house.sessionId();
    const shots = () => house.platform.commands.filter(({ kind }) => kind === 'screenshot').length;
    const before = shots();
    const paused = house.recorder.pause();
    await eventually(() => expect(house.recorder.state().phase).toBe('paused'));
    await bePrivate(house);
    answer(house);
    await paused;
    expect(shots()).toBe(before);
    await house.recorder.resume();
    house.pass(500);
    click(house, 3, 3);
    await house.recorder.stop();
    const actions = await actionsOf(house, id);
    expect(actions.map(({ type }) => type)).toEqual([
      ...['window', 'gap', 'pause', 'window', 'resume', 'press', 'release'],
    ]);
    expect(actions.flatMap((action) => ('x' in action ? [action.x] : []))).toEqual([3, 3]);
  });

  it('a redaction that ends in such a pause lets nothing in', async () => {
    const house = await restarting();
    const id = house.sessionId();
    house.recorder.startRedaction();
    const paused = house.recorder.pause();
    const revealed = house.recorder.endRedaction();
    await bePrivate(house);
    answer(house);
    await Promise.all([paused, revealed]);
    await house.recorder.stop();
    expect(await kindsOf(house, id)).not.toContain('press');
  });

  it('nothing of what comes after a stop is recorded', async () => {
    const house = await restarting();
    const id = house.sessionId();
    const stopped = house.recorder.stop();
    await eventually(() => expect(house.recorder.state().phase).toBe('stopping'));
    await bePrivate(house);
    answer(house);
    await stopped;
    expect(await kindsOf(house, id)).toEqual(['window', 'gap']);
  });
});
