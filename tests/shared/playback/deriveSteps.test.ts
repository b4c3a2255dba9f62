import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveSteps } from '../../../src/shared/playback/deriveSteps';
import { describeStep } from '../../../src/shared/playback/stepText';
import type { Step } from '../../../src/shared/playback/step';
import type { Action } from '../../../src/shared/session';
import { collect } from './streams';

const at = (x = 10, y = 20) => ({ display: '1', epoch: 0, x, y });
const press = (tUs: number, x = 10, y = 20, button = 1): Action => ({
  ...{ type: 'press', tUs, button, modifiers: [] },
  ...at(x, y),
});
const release = (tUs: number, x = 10, y = 20, button = 1): Action => ({
  ...{ type: 'release', tUs, button, modifiers: [] },
  ...at(x, y),
});
const move = (tUs: number, x: number, y: number): Action => ({ type: 'move', tUs, ...at(x, y) });
const wheel = (tUs: number, deltaY: number): Action => ({ type: 'wheel', tUs, ...at(), deltaX: 0, deltaY });
type Held = Extract<Action, { type: 'keydown' }>['modifiers'];
const down = (tUs: number, key?: string, modifiers: Held = []): Action => ({
  ...{ type: 'keydown', tUs, modifiers },
  ...(key === undefined ? {} : { key }),
});
const up = (tUs: number, key?: string): Action => ({
  ...{ type: 'keyup', tUs, modifiers: [] },
  ...(key === undefined ? {} : { key }),
});

async function stepsOf(actions: Action[]): Promise<Step[]> {
  return collect(deriveSteps(actions));
}

const words = async (actions: Action[]) => (await stepsOf(actions)).map(describeStep);

describe('steps of actions', () => {
  test('a press and its release are a click, with the moves that led to it', async () => {
    const [click, ...others] = await stepsOf([
      move(1, 5, 5),
      press(1000),
      release(90_000),
      move(95_000, 50, 60),
    ]);
    expect(others).toEqual([]);
    expect(click).toMatchObject({
      kind: 'click',
      tUs: 1000,
      untilUs: 90_000,
      firstAction: 0,
      actionCount: 4,
      at: at(),
    });
  });

  test('two clicks close in time and place are a double click, three a triple one', async () => {
    const clicks = [press(0), release(50_000), press(200_000, 12), release(250_000, 12)];
    expect(await words(clicks)).toEqual(['Double click']);
    expect(await words([...clicks, press(400_000), release(450_000)])).toEqual(['Triple click']);
  });

  test.each([
    ['late', [press(0), release(50_000), press(700_000), release(750_000)]],
    ['far', [press(0), release(50_000), press(200_000, 60), release(250_000, 60)]],
    [
      'of another button',
      [press(0), release(50_000), press(200_000, 10, 20, 3), release(250_000, 10, 20, 3)],
    ],
  ])('a second click that is %s is one of its own', async (_what, actions) => {
    expect(await stepsOf(actions)).toHaveLength(2);
  });

  test('a press let go elsewhere is a drag, and ends there', async () => {
    const [drag] = await stepsOf([press(0), move(100_000, 80, 90), release(200_000, 100, 120)]);
    expect(drag).toMatchObject({ kind: 'drag', at: at(), to: at(100, 120), actionCount: 3 });
  });

  test('a button that is never let go does not swallow what follows', async () => {
    expect(await words([press(0), down(100_000), down(200_000), press(9_000_000, 200)])).toEqual([
      'Click',
      'Typed 2 keys',
      'Click',
    ]);
  });

  test('wheel events close to each other are one burst', async () => {
    expect(await words([wheel(0, 1), wheel(300_000, 2), wheel(5_000_000, -1)])).toEqual([
      'Scrolled down',
      'Scrolled up',
    ]);
  });

  test('a run of typing is one step; a named key and a shortcut are steps of their own', async () => {
    const typed = [down(0), up(50_000), down(100_000), up(150_000), down(200_000, 'Backspace')];
    const entered = [down(400_000, 'Enter'), up(450_000, 'Enter')];
    const shortcut = [down(600_000, 'ControlLeft', ['ctrl']), down(700_000, 'KeyS', ['ctrl'])];
    expect(await words([...typed, ...entered, ...shortcut])).toEqual(['Typed 3 keys', 'Enter', 'Ctrl + S']);
  });

  test('repetitions of a shortcut are counted', async () => {
    const undo = (tUs: number) => down(tUs, 'KeyZ', ['ctrl', 'shift']);
    expect(await words([undo(0), undo(300_000), undo(600_000)])).toEqual(['Ctrl + Shift + Z × 3']);
  });

  test('a pause ends with its resume; a gap says what is missing', async () => {
    const gap: Action = { type: 'gap', tUs: 9_000_000, fromUs: 7_500_000, what: 'input' };
    expect(await words([{ type: 'pause', tUs: 1_000_000 }, { type: 'resume', tUs: 5_000_000 }, gap])).toEqual(
      ['Paused for 4.0 s', 'Mouse and keyboard were not recorded for 1.5 s'],
    );
  });

  test('a redaction and a gap are dated like a pause: when they began', async () => {
    const steps = await stepsOf([
      press(0),
      release(50_000),
      { type: 'pause', tUs: 1_000_000 },
      { type: 'resume', tUs: 2_000_000 },
      { type: 'redaction', tUs: 5_000_000, fromUs: 3_000_000 },
      { type: 'gap', tUs: 9_000_000, fromUs: 7_000_000, what: 'input' },
      press(9_500_000),
      { type: 'gap', tUs: 12_000_000, fromUs: 9_000_000, what: 'video' },
    ]);
    expect(steps.map(({ kind, tUs, untilUs }) => [kind, tUs / 1e6, untilUs / 1e6])).toEqual([
      ['click', 0, 0.05],
      ['pause', 1, 2],
      ['redaction', 3, 5],
      ['gap', 7, 9],
      ['click', 9.5, 9.5],
      // It began before the click that came in it, and steps are in order of time.
      ['gap', 9.5, 12],
    ]);
    expect(steps.map(describeStep).at(-1)).toBe('The picture was not recorded for 3.0 s');
  });

  test('a key is named by the layout that was active when it was pressed', async () => {
    const azerty = { KeyW: 'z', KeyZ: 'w', Digit2: 'é', BracketLeft: '^', KeyM: ',' };
    const russian = { KeyZ: 'я', KeyW: 'ц', Slash: '.' };
    const keyboard = [
      { tUs: 0, keys: azerty },
      { tUs: 10_000_000, keys: russian },
    ];
    const pressed = ['KeyW', 'KeyZ', 'Digit2', 'BracketLeft', 'Enter', 'KeyP'];
    const actions = [
      ...pressed.map((key, n) => down(n * 1_100_000, key, ['ctrl'])),
      ...['KeyZ', 'Slash'].map((key, n) => down(11_000_000 + n, key, ['ctrl'])),
    ];
    const steps = await collect(deriveSteps(actions, keyboard));
    // Of another script the Latin letter: programs take shortcuts by it.
    const named = ['Z', 'W', 'É', '^', 'Enter', 'P', 'Z', '.'];
    expect(steps.map(describeStep)).toEqual(named.map((name) => `Ctrl + ${name}`));
    expect(steps.map(({ keys }) => keys![0])).toEqual(actions.map((action) => 'key' in action && action.key));
    expect((await words(actions)).slice(0, 2)).toEqual(['Ctrl + W', 'Ctrl + Z']);
  });

  test('a name that is none is not taken from a layout', async () => {
    for (const name of ['', ' ', '\u202E', 'a<b>', '\u0301', 'ab']) {
      const steps = await collect(
        deriveSteps([down(0, 'KeyW', ['ctrl'])], [{ tUs: 0, keys: { KeyW: name } }]),
      );
      expect(steps.map(describeStep)).toEqual(['Ctrl + W']);
    }
    const [step] = await collect(deriveSteps([down(0, 'constructor', ['ctrl'])], [{ tUs: 0, keys: {} }]));
    expect(describeStep(step!)).toBe('Ctrl + constructor');
  });

  test('a button that the system does not number is no left one', async () => {
    const { button: _none, ...unnumbered } = press(0) as Extract<Action, { type: 'press' }>;
    const after = { ...unnumbered, type: 'release' as const, tUs: 40_000 };
    expect(await words([unnumbered, after])).toEqual(['Other button click']);
    // As earlier versions recorded it.
    expect(await words([press(0, 1, 1, 0), release(1000, 1, 1, 0)])).toEqual(['Other button click']);
    expect(await words([press(0, 1, 1, 7), release(1000, 1, 1, 7)])).toEqual(['Button 7 click']);
  });

  test('a window that gets the keyboard is a step, and what is done in it says so', async () => {
    const steps = await stepsOf([
      down(0),
      { type: 'window', tUs: 1000, title: 'Invoices', app: 'Browser' },
      press(2000),
      release(3000),
      { type: 'window', tUs: 4000, excluded: true },
      press(9_000_000),
    ]);
    expect(steps.map(describeStep)).toEqual([
      'Typed 1 key',
      'Switched to Invoices (Browser)',
      'Click',
      'Switched to a window that is left out',
      'Click',
    ]);
    expect(steps.map(({ window }) => window?.title)).toEqual([
      undefined,
      'Invoices',
      'Invoices',
      undefined,
      undefined,
    ]);
  });

  test('a redaction says how long everything was hidden', async () => {
    expect(await words([{ type: 'redaction', tUs: 5_000_000, fromUs: 2_000_000 }])).toEqual([
      'Everything was hidden for 3.0 s',
    ]);
  });

  test('moves alone are one step, so that nothing is left out', async () => {
    expect(await words([move(0, 1, 1), move(20_000, 2, 2)])).toEqual(['Moved the pointer']);
  });
});

const anyAction = fc.oneof(
  fc.tuple(fc.nat(40), fc.nat(40)).map(([x, y]) => move(0, x, y)),
  fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 3 })).map(([x, button]) => press(0, x, 20, button)),
  fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 3 })).map(([x, button]) => release(0, x, 20, button)),
  fc.integer({ min: -3, max: 3 }).map((deltaY) => wheel(0, deltaY)),
  fc
    .tuple(
      fc.constantFrom(undefined, 'KeyA', 'Enter', 'ShiftLeft', 'ControlLeft'),
      fc.subarray(['ctrl', 'shift'] as const),
    )
    .map(([key, held]) => down(0, key, [...held])),
  fc.constantFrom(undefined, 'KeyA', 'Enter').map((key) => up(0, key)),
  fc.constantFrom<Action>(
    { type: 'pause', tUs: 0 },
    { type: 'resume', tUs: 0 },
    { type: 'gap', tUs: 0, fromUs: 0, what: 'video' },
    { type: 'redaction', tUs: 0, fromUs: 0 },
    { type: 'window', tUs: 0, title: 'Title', app: 'App' },
  ),
);
const session = fc.array(fc.tuple(anyAction, fc.nat(900_000)), { maxLength: 80 }).map((pairs) => {
  let tUs = 0;
  return pairs.map(([action, waitUs]) => ({ ...action, tUs: (tUs += waitUs) }));
});

describe('for any session', () => {
  test('every action belongs to exactly one step, and the order is kept', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (actions) => {
        let next = 0;
        let lastUs = 0;
        for (const step of await stepsOf(actions)) {
          expect(step.firstAction).toBe(next);
          expect(step.actionCount).toBeGreaterThan(0);
          expect(step.tUs).toBeGreaterThanOrEqual(lastUs);
          expect(step.untilUs).toBeGreaterThanOrEqual(step.tUs);
          next += step.actionCount;
          lastUs = step.tUs;
        }
        expect(next).toBe(actions.length);
      }),
      { numRuns: 500 },
    );
  });

  test('every press is counted in one pointer step', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (actions) => {
        const steps = await stepsOf(actions);
        const pressed = steps.filter(({ button }) => button !== undefined);
        const counted = pressed.reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBe(actions.filter(({ type }) => type === 'press').length);
      }),
    );
  });

  test('the same actions make the same words again, none empty', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (actions) => {
        const first = await words(actions);
        expect(first).toEqual(await words(structuredClone(actions)));
        expect(first.every((text) => text !== '')).toBe(true);
      }),
    );
  });
});
