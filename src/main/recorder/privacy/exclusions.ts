import { LONGEST } from '../../../shared/bounds';

export type NamedWindow = { app: string; title: string };

/**
 * Tells whether the user excluded a window. If there are patterns, a window that cannot be judged is excluded too.
 * @param patterns text in the app's name or the title; `*` matches anything. Case, width, blanks and invisible
 *   characters make no difference.
 */
export function createExclusions(patterns: readonly string[]): (window: NamedWindow) => boolean {
  const wanted = patterns
    .map((pattern) => comparableText(pattern))
    .filter((pattern) => pattern === null || pattern.text !== '' || pattern.mayShow);
  if (wanted.length === 0) return () => false;
  // A pattern that cannot be compared might mean any window.
  const all = wanted.some((pattern) => pattern === null || pattern.text === '');
  const parts = wanted.flatMap((pattern) =>
    pattern === null
      ? []
      : { text: pattern.text.split('*'), compact: pattern.compact.split('*'), hides: pattern.hides },
  );
  const isNamed = (name: string) => {
    const seen = comparableText(name);
    if (seen === null) return true;
    return parts.some(
      ({ text, compact, hides }) =>
        // An invisible character may stand for a blank or for nothing, so compare without blanks too.
        containsInTurn(seen.text, text) || ((seen.hides || hides) && containsInTurn(seen.compact, compact)),
    );
  };
  return ({ app, title }) => all || (app === '' && title === '') || isNamed(app) || isNamed(title);
}

/** Whether `text` contains the parts in this order. */
function containsInTurn(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

/** Blanks of every script; U+2800 is a Braille cell without dots. */
const BLANKS = /[\p{White_Space}\u2800]+/gu;
/** Invisible in every font: control and format characters, private and unassigned code points, fillers, selectors. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/** The ones among `INVISIBLE` that some fonts show: private characters, and those of a newer Unicode. */
const MAY_SHOW = /(?!\p{Default_Ignorable_Code_Point})[\p{Co}\p{Cn}]/u;

/**
 * `compact` is `text` without blanks. `hides`: invisible characters were removed. `mayShow`: some font may show one of
 * them after all.
 */
type ComparableText = { text: string; compact: string; hides: boolean; mayShow: boolean };

/**
 * Normalises a text so that texts which look alike are equal.
 * @returns null if it cannot be compared: too long, or not valid text (a lone surrogate, a replacement character)
 */
function comparableText(original: string): ComparableText | null {
  if (original.length > LONGEST.title) return null;
  if (!original.isWellFormed() || original.includes('\uFFFD')) return null;
  const blank = original.normalize('NFKC').replace(BLANKS, ' ');
  const visible = blank.replace(INVISIBLE, '');
  const text = foldCase(visible).normalize('NFKC').replace(BLANKS, ' ').trim();
  const compact = text.replaceAll(' ', '');
  return { text, compact, hides: visible !== blank, mayShow: MAY_SHOW.test(blank) };
}

/** Lower case first, so that ẞ and ς fold too. Dotted and dotless i become one letter. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().normalize('NFKC').replaceAll('I\u0307', 'I').replaceAll('İ', 'I');
}
