import { holdsShortcut, keyOf } from '../input/keyboard';

type KeyEvent = { kind: 'keydown' | 'keyup'; keycode: number; mask: number };

/**
 * Decides whether a key is recorded, and with its name. By default a typed character has no name unless it is part of
 * a shortcut. The decision at keydown holds until keyup: Ctrl pressed in between must not reveal a letter.
 */
export class KeyPolicy {
  private readonly down = new Map<number, 'ignored' | 'nameless' | 'named'>();

  constructor(private readonly recordAll: boolean) {}

  /**
   * @param ownWindow whether one of our own windows has the focus
   * @returns `key` if the name may be recorded; null if the event must not be recorded at all
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
    // A keyup without its keydown does not show whether it belonged to a shortcut.
    return event.kind === 'keydown' && holdsShortcut(event.mask) ? 'named' : 'nameless';
  }
}
