/** Codes of keys that type or correct text; names are those of KeyboardEvent.code. */
const TYPING =
  /^(Key[A-Z]|Digit\d|Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Comma|Equal)|Space|Backspace|Minus|Equal|Bracket(Left|Right)|Semicolon|Quote|Backquote|Backslash|Comma|Period|Slash|Intl\w+)$/;
const MODIFIER = /^(Control|Alt|Shift|Meta)(Left|Right)$|^CapsLock$/;

/** The role of a key in steps: part of typed text, a modifier, or an action of its own. */
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

/** Letters of other scripts: programs match shortcuts by the Latin letter, which the code has. */
const NOT_LATIN = /(?!\p{Script=Latin})\p{L}/u;
/** One visible character, with its accents. */
const ONE_SIGN = /^[\p{L}\p{N}\p{P}\p{S}]\p{M}*$/u;

/**
 * The label of a key: `KeyS` → `S`, `Digit1` → `1`, `ControlLeft` → `Ctrl`.
 * @param names what the keys typed in the layout at that time; without it, the labels of a US keyboard
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
