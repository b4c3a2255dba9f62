import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawInput } from '../../../../src/main/inputPort';
import { Geometry } from '../../../../src/main/recorder/geometry';
import { InputBatch } from '../../../../src/main/recorder/input/hookEvents';
import { InputActions, MoveThrottle } from '../../../../src/main/recorder/input/inputActions';
import { ScreenshotLimit } from '../../../../src/main/recorder/input/inputIntake';
import { inputMask, keyOf } from '../../../../src/main/recorder/input/keyboard';
import { KeyPolicy } from '../../../../src/main/recorder/privacy/keyPolicy';

const { shift, ctrl, alt, meta, composes } = inputMask;
const A = 30;
const ENTER = 28;
const F5 = 63;

const down = (keycode: number, mask = 0) => ({ kind: 'keydown' as const, keycode, mask });
const up = (keycode: number, mask = 0) => ({ kind: 'keyup' as const, keycode, mask });

describe('what is recorded of a key', () => {
  it.each([
    ['a letter', A, 0, false, {}],
    ['a capital letter', A, shift, false, {}],
    ['a letter with AltGr', A, composes, false, {}],
    ['a letter with Option', A, alt | composes, false, {}],
    ['the space bar', 0x39, 0, false, {}],
    ['a digit of the numeric pad', 0x4f, 0, false, {}],
    ['a key nobody knows', 0, 0, false, {}],
    ['Ctrl and a letter', A, ctrl, false, { key: 'KeyA' }],
    ['Alt and a letter', A, alt, false, { key: 'KeyA' }],
    ['Command and a letter', A, meta | shift, false, { key: 'KeyA' }],
    ['Command, Option and a letter', A, meta | alt | composes, false, { key: 'KeyA' }],
    ['Enter', ENTER, 0, false, { key: 'Enter' }],
    ['a function key', F5, 0, false, { key: 'F5' }],
    ['an arrow', 0xe04b, 0, false, { key: 'ArrowLeft' }],
    ['the numeric pad without Num Lock', 0xee4b, 0, false, { key: 'Numpad4' }],
    ['a letter, by opt-in', A, 0, true, { key: 'KeyA' }],
  ])('%s', (_what, keycode, mask, recordAll, expected) => {
    expect(new KeyPolicy(recordAll).judge(down(keycode, mask), false)).toEqual(expected);
  });

  it('does not betray a letter by a Ctrl that came after it', () => {
    const policy = new KeyPolicy(false);
    expect(policy.judge(down(A), false)).toEqual({});
    expect(policy.judge(down(A, ctrl), false)).toEqual({});
    expect(policy.judge(up(A, ctrl), false)).toEqual({});
  });

  it('keeps a shortcut whole when Ctrl is let go first', () => {
    const policy = new KeyPolicy(false);
    policy.judge(down(A, ctrl), false);
    expect(policy.judge(up(A), false)).toEqual({ key: 'KeyA' });
  });

  it('leaves out a key pressed in our own window, its release included', () => {
    const policy = new KeyPolicy(true);
    expect(policy.judge(down(ENTER), true)).toBeNull();
    expect(policy.judge(up(ENTER), false)).toBeNull();
  });

  it('never names a key that types unless it went down in a shortcut', () => {
    const events = fc.array(
      fc.record({
        kind: fc.constantFrom('keydown' as const, 'keyup' as const),
        keycode: fc.oneof(fc.constantFrom(A, 0x39, 0x02, 0x4f), fc.integer({ min: 0, max: 0xffff })),
        mask: fc.constantFrom(0, shift, ctrl, ctrl | composes, composes),
      }),
    );
    fc.assert(
      fc.property(events, (all) => {
        const policy = new KeyPolicy(false);
        const shortcuts = new Set<number>();
        const held = new Set<number>();
        for (const event of all) {
          const first = !held.has(event.keycode);
          if (event.kind === 'keydown' && first && event.mask === ctrl) shortcuts.add(event.keycode);
          const named = policy.judge(event, false)?.key !== undefined;
          if (keyOf(event.keycode).types) expect(named).toBe(shortcuts.has(event.keycode));
          if (event.kind === 'keydown') held.add(event.keycode);
          else {
            held.delete(event.keycode);
            shortcuts.delete(event.keycode);
          }
        }
      }),
    );
  });
});

describe('the throttling of moves', () => {
  type Move = { atUs: number; x: number };
  const path = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.boolean()), { maxLength: 400 })
    .map((steps) => {
      let atUs = 0;
      return steps.map(([gapUs, press], x) => ({ atUs: (atUs += gapUs), x, press }));
    });

  it('records at most 60 moves in any second, beside those that a press needs', () => {
    fc.assert(
      fc.property(path, (steps) => {
        const throttle = new MoveThrottle<Move>();
        const kept: number[] = [];
        for (const step of steps) {
          const settled = throttle.settle(step.atUs);
          if (settled) kept.push(settled.atUs);
          if (throttle.offer(step) !== null) kept.push(step.atUs);
        }
        for (const atUs of kept)
          expect(
            kept.filter((other) => other >= atUs && other < atUs + 1_000_000).length,
          ).toBeLessThanOrEqual(60);
      }),
    );
  });

  it('always knows the last position before a press, and keeps the order', () => {
    fc.assert(
      fc.property(path, (steps) => {
        const throttle = new MoveThrottle<Move>();
        const kept: Move[] = [];
        for (const step of steps) {
          const now = step.press ? [throttle.offer(step), throttle.beforeOther()] : [throttle.offer(step)];
          kept.push(...now.filter((move) => move !== null));
          if (step.press) expect(kept.at(-1)).toBe(step);
        }
        expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).toSorted((a, b) => a - b));
      }),
    );
  });

  it('records where the pointer came to rest', () => {
    const throttle = new MoveThrottle<Move>();
    throttle.offer({ atUs: 0, x: 1 });
    const last = { atUs: 5_000, x: 2 };
    expect(throttle.offer(last)).toBeNull();
    expect(throttle.settle(50_000)).toBeNull();
    expect(throttle.settle(200_000)).toBe(last);
    expect(throttle.settle(900_000)).toBeNull();
  });
});

describe('the limit of screenshots', () => {
  it('admits every one of presses a quarter of a second apart', () => {
    const limit = new ScreenshotLimit();
    const admitted = Array.from({ length: 20 }, (_, n) => limit.admits(n * 250_000));
    expect(admitted).toEqual(Array.from({ length: 20 }, () => true));
  });

  it('admits at most four in any second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400_000 })), (gaps) => {
        const limit = new ScreenshotLimit();
        let atUs = 0;
        const admitted = gaps.map((gap) => (atUs += gap)).filter((at) => limit.admits(at));
        for (const at of admitted)
          expect(
            admitted.filter((other) => other >= at && other < at + 1_000_000).length,
          ).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('the batches of the input process', () => {
  function batching(os: string) {
    const sent: RawInput[][] = [];
    const timers: (() => void)[] = [];
    const batch = new InputBatch({
      os,
      send: (events) => sent.push(events),
      later: (run) => timers.push(run),
    });
    return { batch, sent, elapse: () => timers.splice(0).forEach((run) => run()) };
  }
  const none = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
  const at = { ...none, x: 1, y: 2 };

  it('gathers moves, and sends a press at once with what came before it', () => {
    const { batch, sent, elapse } = batching('linux');
    batch.pointer('move', 1, { ...at, button: 0 });
    batch.pointer('move', 2, { ...at, button: 0 });
    expect(sent).toEqual([]);
    batch.pointer('press', 3, { ...at, button: 1 });
    expect(sent.map((events) => events.map(({ kind }) => kind))).toEqual([['move', 'move', 'press']]);
    batch.key('keydown', 4, { ...none, keycode: A });
    elapse();
    expect(sent[1]).toMatchObject([{ kind: 'keydown', atUs: 4 }]);
  });

  it.each([
    ['linux', { ...none, altKey: true }, composes],
    ['win32', { ...none, altKey: true, ctrlKey: true }, composes],
  ])('tells AltGr from a shortcut on %s', (os, held, mask) => {
    const { batch, sent, elapse } = batching(os);
    batch.key('keydown', 1, { ...held, keycode: 0x0e38 });
    batch.key('keydown', 2, { ...held, keycode: A });
    elapse();
    expect(sent.flat()[1]).toMatchObject({ keycode: A, mask });
  });

  it('counts Option as typing on macOS and as Alt elsewhere', () => {
    const masks = ['darwin', 'linux'].map((os) => {
      const { batch, sent, elapse } = batching(os);
      batch.key('keydown', 1, { ...none, altKey: true, keycode: A });
      elapse();
      return (sent.flat()[0] as { mask: number }).mask;
    });
    expect(masks).toEqual([alt | composes, alt]);
  });
});

describe('buttons of the mouse', () => {
  const held = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

  /** What is recorded of presses and releases as the hook reports them. */
  function recorded(events: ['press' | 'release', number][]) {
    const sent: RawInput[] = [];
    const batch = new InputBatch({ os: 'linux', send: (some) => sent.push(...some), later: () => undefined });
    for (const [at, [kind, button]] of events.entries())
      batch.pointer(kind, at, { ...held, x: 1, y: 1, button });
    batch.flush();
    const geometry = new Geometry();
    const own = { visibleBounds: () => [], hasFocus: () => false };
    const actions = new InputActions({ geometry, own, originUs: 0, recordKeyCodes: false });
    return sent
      .flatMap((event) => actions.take(event))
      .map((action) => [action.type, 'button' in action && action.button]);
  }

  it('keep their number', () => {
    expect(
      recorded([
        ['press', 5],
        ['release', 5],
        ['press', 12],
        ['release', 12],
      ]),
    ).toEqual([
      ['press', 5],
      ['release', 5],
      ['press', 12],
      ['release', 12],
    ]);
  });

  it('have none where the system gives none, and two of them held at once are both let go', () => {
    expect(
      recorded([
        ['press', 0],
        ['press', 0],
        ['release', 0],
        ['release', 0],
        ['release', 0],
      ]),
    ).toEqual([
      ['press', false],
      ['press', false],
      ['release', false],
      ['release', false],
    ]);
  });
});
