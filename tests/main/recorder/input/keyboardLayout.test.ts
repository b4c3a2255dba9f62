import { expect, it } from 'vitest';
import { inputMask } from '../../../../src/main/recorder/input/keyboard';
import { sessionHeaderSchema } from '../../../../src/shared/session';
import { actionsOf, exported, type House, recorderHouse } from '../recorderHouse';

/** The key at the place of W on a US keyboard. */
const W_KEYCODE = 17;
const azerty = { KeyW: 'z', KeyZ: 'w' };

function shortcut(it: House): void {
  const event = { atUs: it.clock.monotonicUs(), keycode: W_KEYCODE, mask: inputMask.ctrl };
  it.platform.input.say({ kind: 'events', events: [{ kind: 'keydown', ...event }] });
}

async function recorded(it: House) {
  const id = it.sessionId();
  await it.recorder.stop();
  await exported(it, id);
  const header = sessionHeaderSchema.parse(JSON.parse(await it.text(id, 'session.json')));
  return { header, actions: await actionsOf(it, id) };
}

it('is kept with the session, each from when it was seen; the code of a key stays that of its place', async () => {
  const house = await recorderHouse();
  house.platform.keyboard = azerty;
  await house.start();
  shortcut(house);
  house.pass(3000);
  house.recorder.captureReport({ kind: 'keyboard', keys: azerty });
  house.recorder.captureReport({ kind: 'keyboard', keys: { KeyW: 'w' } });
  const { header, actions } = await recorded(house);
  expect(header.keyboard).toEqual([
    { tUs: 0, keys: azerty },
    { tUs: 3_000_000, keys: { KeyW: 'w' } },
  ]);
  expect(actions.filter(({ type }) => type === 'keydown')).toMatchObject([
    { key: 'KeyW', modifiers: ['ctrl'] },
  ]);
});

it('is absent where the system does not tell it', async () => {
  const house = await recorderHouse();
  await house.start();
  expect((await recorded(house)).header.keyboard).toBeUndefined();
});
