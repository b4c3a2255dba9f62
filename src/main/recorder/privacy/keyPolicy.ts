import { holdsShortcut, keyOf } from '../input/keyboard';

type KeyEvent = { kind: 'keydown' | 'keyup'; keycode: number; mask: number };

/**
 * Decides what is recorded of a key. By default a key that types is an event without its name, unless it was pressed
 * as part of a shortcut. What was decided when it went down holds until it comes up: Ctrl pressed or let go in
 * between must not betray a letter.
 */
export class KeyPolicy {
  private readonly down = new Map<number, 'ignored' | 'nameless' | 'named'>();

  constructor(private readonly recordAll: boolean) {}

  /**
   * @param ownWindow whether one of our own windows has the keyboard
   * @returns what to record: `key` when the name may be told; null when the event is not recorded at all
   */
  judge(event: KeyEvent, ownWindow: boolean): { key?: string } | null {
    const { code, types } = keyOf(event.keycode);
    const verdict = this.down.get(event.keycode) ?? this.decide(event, types, ownWindow);
    if (event.kind === 'keydown') this.down.set(event.keycode, verdict);
    else this.down.delete(event.keycode);
    if (verdict === 'ignored') return null;
    return verdict === 'named' ? { key: code } : {};
  }

  private decide(event: KeyEvent, types: boolean, ownWindow: boolean): 'ignored' | 'nameless' | 'named' {
    if (ownWindow) return 'ignored';
    if (!types || this.recordAll) return 'named';
    // A key that comes up without having been seen going down tells nothing of how it was meant.
    return event.kind === 'keydown' && holdsShortcut(event.mask) ? 'named' : 'nameless';
  }
}
