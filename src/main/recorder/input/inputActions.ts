import type { Action } from '../../../shared/session';
import type { RawInput } from '../../inputPort';
import type { Rectangle } from '../../platformPort';
import { contains, type Geometry } from '../geometry';
import { KeyPolicy } from '../privacy/keyPolicy';
import { modifiersOf } from './keyboard';

type Key = Extract<RawInput, { keycode: number }>;
type Pointer = Exclude<RawInput, Key>;
type Move = { atUs: number; x: number; y: number };

/** The hook's number for all buttons without a number of their own. */
const UNNUMBERED = 0;

function numbered(button: number): { button?: number } {
  return button === UNNUMBERED ? {} : { button };
}

/** The app's own windows at the time when an event is handled. */
export type OwnWindows = { visibleBounds(): Rectangle[]; hasFocus(): boolean };

export type InputActionsParts = {
  geometry: Geometry;
  own: OwnWindows;
  /** The session's start on the clock of `RawInput.atUs`. */
  originUs: number;
  recordKeyCodes: boolean;
};

/** Turns raw input into recorded actions. Drops input for the app's own windows. */
export class InputActions {
  private readonly moves = new MoveThrottle<Move>();
  private readonly keys: KeyPolicy;
  /** Open presses outside our windows, by button. Buttons without a number share one entry. */
  private readonly pressedOutside = new Map<number, number>();

  constructor(private readonly parts: InputActionsParts) {
    this.keys = new KeyPolicy(parts.recordKeyCodes);
  }

  /** The actions of an event, in order of time. The pointer's held-back position may come first. */
  take(event: RawInput): Action[] {
    if ('keycode' in event) return this.key(event);
    if (event.kind === 'move') return this.move(event);
    if (!this.isRecorded(event)) return [];
    return [...this.heldMove(), this.pointed(event)];
  }

  /** The pointer's held-back position, once the pointer rests. */
  settle(nowUs: number): Action[] {
    const held = this.moves.settle(nowUs);
    return held === null ? [] : [this.moved(held)];
  }

  private key(event: Key): Action[] {
    const verdict = this.keys.judge(event, this.parts.own.hasFocus());
    if (verdict === null) return [];
    const tUs = event.atUs - this.parts.originUs;
    return [...this.heldMove(), { type: event.kind, tUs, ...verdict, modifiers: modifiersOf(event.mask) }];
  }

  private move(event: Move): Action[] {
    if (this.isOwn(event)) return [];
    const kept = this.moves.offer(event);
    return kept === null ? [] : [this.moved(kept)];
  }

  /** A held-back position is recorded before the next action, in order of time. */
  private heldMove(): Action[] {
    const held = this.moves.beforeOther();
    return held === null ? [] : [this.moved(held)];
  }

  /** Records a release if and only if its press was recorded, wherever the pointer went in between. */
  private isRecorded(event: Pointer): boolean {
    if (event.kind === 'wheel') return !this.isOwn(event);
    const presses = this.pressedOutside.get(event.button) ?? 0;
    if (event.kind === 'release') {
      this.pressedOutside.set(event.button, event.button === UNNUMBERED ? Math.max(0, presses - 1) : 0);
      return presses > 0;
    }
    if (this.isOwn(event)) return false;
    this.pressedOutside.set(event.button, presses + 1);
    return true;
  }

  private isOwn(point: { x: number; y: number }): boolean {
    return this.parts.own.visibleBounds().some((area) => contains(area, point));
  }

  private moved(event: Move): Action {
    return { type: 'move', tUs: event.atUs - this.parts.originUs, ...this.parts.geometry.place(event) };
  }

  private pointed(event: Pointer): Action {
    const where = { tUs: event.atUs - this.parts.originUs, ...this.parts.geometry.place(event) };
    if (event.kind === 'move') return { type: 'move', ...where };
    if (event.kind !== 'wheel')
      return { type: event.kind, ...where, ...numbered(event.button), modifiers: modifiersOf(event.mask) };
    const [deltaX, deltaY] = event.horizontal ? [event.rotation, 0] : [0, event.rotation];
    return { type: 'wheel', ...where, deltaX, deltaY };
  }
}

const MIN_GAP_US = Math.ceil(1_000_000 / 60);
/** Long enough that a held-back position never raises the rate above 60 per second. */
const SETTLED_US = 100_000;

/** Limits pointer moves to 60 per second. Never loses where the pointer rested or a button was pressed. */
export class MoveThrottle<M extends { atUs: number }> {
  private lastUs = -Infinity;
  private held: M | null = null;

  /** @returns the move if it is to be recorded now; null if it is held back */
  offer(move: M): M | null {
    if (move.atUs - this.lastUs < MIN_GAP_US) {
      this.held = move;
      return null;
    }
    this.held = null;
    this.lastUs = move.atUs;
    return move;
  }

  /** The held-back position, to be recorded before a press, release or wheel. */
  beforeOther(): M | null {
    return this.release();
  }

  /** The held-back position, once the pointer has rested. */
  settle(nowUs: number): M | null {
    if (this.held === null || nowUs - this.held.atUs < SETTLED_US) return null;
    return this.release();
  }

  private release(): M | null {
    const held = this.held;
    this.held = null;
    if (held !== null) this.lastUs = held.atUs;
    return held;
  }
}
