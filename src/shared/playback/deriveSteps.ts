import type { Action, SessionHeader } from '../session';
import { firstAfter } from './timeMap';
import { keyLabel, keyRole } from './keys';
import type { Point, Step, StepWindow } from './step';

/**
 * Two presses this close in time and place are a double click. Source: the defaults of GTK and Windows, 400 and 500 ms.
 */
const DOUBLE_CLICK_US = 500_000;
/** Physical pixels; a hand moves a little while it clicks. */
const STILL_PX = 5;
const SCROLL_PAUSE_US = 700_000;
const TYPING_PAUSE_US = 2_000_000;
const REPEAT_US = 1_000_000;
/** Number of key codes kept of a long run of typing. */
const KEPT_KEYS = 200;

type Keydown = Extract<Action, { type: 'keydown' }>;
type Press = Extract<Action, { type: 'press' }>;

/**
 * Derives steps from actions in order. Each action belongs to exactly one step: actions that are not steps themselves
 * (moves, key releases, modifiers) belong to the step that they lead to, or to the one that they end.
 */
export class StepDeriver {
  #open: Step | null = null;
  /** The button held down in `#open`. */
  #held: number | null = null;
  /** Actions since `#open` that belong to no step yet. */
  #waiting = 0;
  #taken = 0;
  #window: StepWindow | undefined;
  #lastUs = 0;

  /** @returns the step that this action completes, if any */
  take(action: Action): Step | null {
    this.#taken += 1;
    this.#waiting += 1;
    this.#lastUs = action.tUs;
    if (action.type === 'window') this.#window = windowOf(action);
    if (this.#open !== null && this.#goesOn(this.#open, action)) {
      this.#absorb(this.#open);
      return null;
    }
    const begun = beginning(action);
    return begun === null ? null : this.#begin(begun, action);
  }

  /** Returns the last step. The deriver cannot be used afterwards. */
  end(): Step | null {
    if (this.#open !== null) {
      this.#absorb(this.#open);
      return this.#open;
    }
    if (this.#waiting === 0) return null;
    return { kind: 'pointer', tUs: this.#lastUs, untilUs: this.#lastUs, count: 1, ...this.#takeWaiting() };
  }

  #begin(step: Omit<Step, 'firstAction' | 'actionCount'>, action: Action): Step | null {
    const finished = this.#open;
    const window = this.#window && { window: this.#window };
    const tUs = Math.max(step.tUs, finished?.tUs ?? step.tUs);
    this.#open = { ...step, tUs, ...window, ...this.#takeWaiting() };
    this.#held = action.type === 'press' ? numberOf(action) : null;
    return finished;
  }

  #takeWaiting(): Pick<Step, 'firstAction' | 'actionCount'> {
    const range = { firstAction: this.#taken - this.#waiting, actionCount: this.#waiting };
    this.#waiting = 0;
    return range;
  }

  #absorb(step: Step): void {
    step.actionCount += this.#takeWaiting().actionCount;
  }

  /** Whether the action continues the open step; if so, updates the step. */
  #goesOn(step: Step, action: Action): boolean {
    switch (action.type) {
      case 'move':
        return this.#held !== null && drag(step, action);
      case 'release':
        return this.#release(step, action);
      case 'press':
        return this.#pressAgain(step, action);
      case 'wheel':
        return scrollOn(step, action);
      case 'keydown':
        return keyRole(action.key) === 'modifier' ? this.#held !== null : typeOn(step, action);
      case 'keyup':
        return (
          this.#held !== null || step.kind === 'key' || step.kind === 'typing' || step.kind === 'shortcut'
        );
      case 'resume':
        return step.kind === 'pause' && end(step, action.tUs);
      default:
        return false;
    }
  }

  #release(step: Step, action: Extract<Action, { type: 'release' }>): boolean {
    if (this.#held !== numberOf(action)) return false;
    this.#held = null;
    drag(step, action);
    return end(step, action.tUs);
  }

  #pressAgain(step: Step, action: Press): boolean {
    const follows = step.kind === 'click' || step.kind === 'double-click';
    if (!follows || this.#held !== null || step.button !== numberOf(action)) return false;
    if (action.tUs - step.untilUs > DOUBLE_CLICK_US || !isNear(step.at!, action)) return false;
    step.kind = 'double-click';
    step.count += 1;
    this.#held = numberOf(action);
    return end(step, action.tUs);
  }
}

type Begun = Omit<Step, 'firstAction' | 'actionCount'>;

/** The step that an action begins; null if it begins none. */
function beginning(action: Action): Begun | null {
  const { tUs } = action;
  const once = { tUs, untilUs: tUs, count: 1 };
  switch (action.type) {
    case 'press':
      return { ...once, kind: 'click', at: pointOf(action), ...pick(action) };
    case 'wheel':
      return { ...once, kind: 'scroll', at: pointOf(action), deltaX: action.deltaX, deltaY: action.deltaY };
    case 'keydown':
      return keyBeginning(action);
    case 'pause':
      return { ...once, kind: 'pause' };
    case 'gap':
      return { ...lasting(action), kind: 'gap', missing: action.what };
    case 'redaction':
      return { ...lasting(action), kind: 'redaction' };
    case 'window':
      return { ...once, kind: 'window' };
    case 'move':
    case 'release':
    case 'keyup':
    case 'resume':
      return null;
  }
}

/** The log records a lasting event, such as a gap, at its end; its step gets the time of its start. */
function lasting({ tUs, fromUs }: { tUs: number; fromUs: number }) {
  const beganUs = Math.min(fromUs, tUs);
  return { tUs: beganUs, untilUs: tUs, fromUs: beganUs, count: 1 };
}

function windowOf({ title, app, excluded }: Extract<Action, { type: 'window' }>): StepWindow {
  if (excluded) return { excluded };
  return { ...(title === undefined ? {} : { title }), ...(app === undefined ? {} : { app }) };
}

function keyBeginning(action: Keydown): Begun | null {
  const { tUs, key, modifiers } = action;
  const kind = keyKind(action);
  if (kind === null) return null;
  return { kind, tUs, untilUs: tUs, count: 1, modifiers, ...(key === undefined ? {} : { keys: [key] }) };
}

function keyKind({ key, modifiers }: Keydown): 'key' | 'typing' | 'shortcut' | null {
  const role = keyRole(key);
  if (role === 'modifier') return null;
  if (key !== undefined && modifiers.some((modifier) => modifier !== 'shift')) return 'shortcut';
  return role === 'typing' ? 'typing' : 'key';
}

function typeOn(step: Step, action: Keydown): boolean {
  const kind = keyKind(action);
  if (step.kind !== kind) return false;
  const isSame = step.keys?.[0] === action.key && String(step.modifiers) === String(action.modifiers);
  const pauseUs = kind === 'typing' ? TYPING_PAUSE_US : REPEAT_US;
  if ((kind !== 'typing' && !isSame) || action.tUs - step.untilUs > pauseUs) return false;
  if (kind === 'typing' && action.key !== undefined && (step.keys?.length ?? 0) < KEPT_KEYS)
    step.keys = [...(step.keys ?? []), action.key];
  step.count += 1;
  return end(step, action.tUs);
}

function scrollOn(step: Step, action: Extract<Action, { type: 'wheel' }>): boolean {
  if (step.kind !== 'scroll' || action.tUs - step.untilUs > SCROLL_PAUSE_US) return false;
  if (step.at!.display !== action.display) return false;
  step.deltaX! += action.deltaX;
  step.deltaY! += action.deltaY;
  return end(step, action.tUs);
}

/** The pointer moved with a button down: beyond a distance, the click is a drag. */
function drag(step: Step, point: Point): true {
  if (step.kind === 'drag' || !isNear(step.at!, point)) {
    step.kind = 'drag';
    step.to = pointOf(point);
  }
  return true;
}

function end(step: Step, tUs: number): true {
  step.untilUs = Math.max(step.untilUs, tUs);
  return true;
}

function isNear(a: Point, b: Point): boolean {
  return a.display === b.display && Math.abs(a.x - b.x) < STILL_PX && Math.abs(a.y - b.y) < STILL_PX;
}

function pointOf({ display, epoch, x, y }: Point): Point {
  return { display, epoch, x, y };
}

function pick(press: Press): Pick<Step, 'button' | 'modifiers'> {
  return { button: numberOf(press), modifiers: press.modifiers };
}

/** 0: a button without a number from the system. */
function numberOf({ button = 0 }: { button?: number }): number {
  return button;
}

/**
 * The steps of a stream of actions in order of time.
 * @param keyboard the keyboard layouts in order of time, used to name keys
 */
export async function* deriveSteps(
  actions: AsyncIterable<Action> | Iterable<Action>,
  keyboard: SessionHeader['keyboard'] = [],
): AsyncGenerator<Step> {
  const deriver = new StepDeriver();
  for await (const action of actions) {
    const step = deriver.take(action);
    if (step !== null) yield named(step, keyboard);
  }
  const last = deriver.end();
  if (last !== null) yield named(last, keyboard);
}

/** Names the key of a step by the layout in effect when it was pressed. */
function named(step: Step, keyboard: NonNullable<SessionHeader['keyboard']>): Step {
  const [key] = step.keys ?? [];
  if (key === undefined || step.kind === 'typing') return step;
  const next = firstAfter(keyboard.length, (index) => keyboard[index]!.tUs > step.tUs);
  const layout = keyboard[Math.max(0, next - 1)];
  return layout === undefined ? step : { ...step, keyName: keyLabel(key, layout.keys) };
}
