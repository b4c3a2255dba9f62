/** Codes of keys that type, and of those that mend what was typed; names are those of KeyboardEvent.code. */
const TYPING =
  /^(Key[A-Z]|Digit\d|Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Comma|Equal)|Space|Backspace|Minus|Equal|Bracket(Left|Right)|Semicolon|Quote|Backquote|Backslash|Comma|Period|Slash|Intl\w+)$/;
const MODIFIER = /^(Control|Alt|Shift|Meta)(Left|Right)$|^CapsLock$/;

/** What a key is to a reader of steps: part of what was typed, held for another key, or something done by itself. */
export function keyRole(key: string | undefined): 'typing' | 'modifier' | 'named' {
  if (key === undefined || TYPING.test(key)) return 'typing';
  return MODIFIER.test(key) ? 'modifier' : 'named';
}

const words: Readonly<Record<string, string>> = {
  ArrowUp: 'Arrow up',
  ArrowDown: 'Arrow down',
  ArrowLeft: 'Arrow left',
  ArrowRight: 'Arrow right',
  PageUp: 'Page up',
  PageDown: 'Page down',
  NumpadEnter: 'Enter',
  Escape: 'Esc',
};

/** Letters of other scripts: programs take shortcuts by the Latin letter, which the code tells. */
const NOT_LATIN = /(?!\p{Script=Latin})\p{L}/u;
/** One sign that can be seen, with its accents. */
const ONE_SIGN = /^[\p{L}\p{N}\p{P}\p{S}]\p{M}*$/u;

/**
 * A code as it stands on the key: `KeyS` → `S`, `Digit1` → `1`, `ControlLeft` → `Ctrl`.
 * @param names what the keys type by the layout of then; without it they are named as on a US keyboard
 */
export function keyLabel(key: string, names: Readonly<Record<string, string>> = {}): string {
  const typed = Object.hasOwn(names, key) ? names[key]! : '';
  if (ONE_SIGN.test(typed) && !NOT_LATIN.test(typed)) {
    const upper = typed.toUpperCase();
    return upper.length === typed.length ? upper : typed;
  }
  const side = /^(Control|Alt|Shift|Meta)(Left|Right)$/.exec(key);
  if (side) return side[1] === 'Control' ? 'Ctrl' : side[1]!;
  return Object.hasOwn(words, key) ? words[key]! : key.replace(/^(Key|Digit)(?=.$)/, '');
}
