import type { Action } from '../../../shared/session';
import type { RawInput } from '../../inputPort';
import type { Geometry } from '../geometry';
import { InputActions, type OwnWindows } from './inputActions';

export type InputIntakeParts = {
  geometry: Geometry;
  own: OwnWindows;
  recordKeyCodes: boolean;
  onAction: (action: Action) => void;
  /** Called for input that triggers a screenshot. */
  onTrigger: (trigger: 'press' | 'enter') => void;
};

/** Accepts input that happened between `open` and `close`, however late it arrives. */
export class InputIntake {
  private fromUs = Infinity;
  private untilUs = -Infinity;
  private originUs = 0;
  private actions: InputActions | null = null;
  private readonly limit = new ScreenshotLimit();

  constructor(private readonly parts: InputIntakeParts) {}

  /** @param originUs the session's zero; both on the clock of `RawInput.atUs` */
  open(fromUs: number, originUs: number): void {
    this.fromUs = fromUs;
    this.untilUs = Infinity;
    this.originUs = originUs;
    this.forget();
  }

  /** Input from before this time is still accepted. An earlier close stays in force. */
  close(untilUs: number): void {
    this.untilUs = Math.min(this.untilUs, untilUs);
  }

  /** Forgets held keys and buttons, because their release may have been missed. */
  forget(): void {
    const { geometry, own, recordKeyCodes } = this.parts;
    this.actions = new InputActions({ geometry, own, recordKeyCodes, originUs: this.originUs });
  }

  take(events: RawInput[]): void {
    for (const event of events) {
      if (event.atUs < this.fromUs || event.atUs > this.untilUs) continue;
      const actions = this.actions?.take(event) ?? [];
      for (const action of actions) this.hand(action, event.atUs);
    }
  }

  /** Records where the pointer rests. */
  settle(nowUs: number): void {
    for (const action of this.actions?.settle(nowUs) ?? []) this.parts.onAction(action);
  }

  private hand(action: Action, atUs: number): void {
    this.parts.onAction(action);
    const trigger = triggerOf(action);
    if (trigger !== null && this.limit.admits(atUs)) this.parts.onTrigger(trigger);
  }
}

function triggerOf(action: Action): 'press' | 'enter' | null {
  if (action.type === 'press') return 'press';
  if (action.type === 'keydown' && action.key?.endsWith('Enter')) return 'enter';
  return null;
}

const WINDOW_US = 1_000_000;
const PER_WINDOW = 4;

/** Admits at most four screenshots in any second, by the time of their input. */
export class ScreenshotLimit {
  private admittedUs: number[] = [];

  /** A refused screenshot is not taken later, because it would show another moment. */
  admits(atUs: number): boolean {
    this.admittedUs = this.admittedUs.filter((earlierUs) => atUs - earlierUs < WINDOW_US);
    if (this.admittedUs.length >= PER_WINDOW) return false;
    this.admittedUs.push(atUs);
    return true;
  }
}
