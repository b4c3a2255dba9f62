import { LONGEST } from '../../../shared/bounds';

/** Blanks of every script; U+2800 is a Braille cell without dots. */
const BLANKS = /[\p{White_Space}\u2800]+/gu;
/** What no font shows: control and format characters, private and unassigned code points, fillers, selectors. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/** Of these, what some fonts do show: private characters, and those of a newer Unicode. */
const MAY_SHOW = /(?!\p{Default_Ignorable_Code_Point})[\p{Co}\p{Cn}]/u;

/**
 * `compact` is `text` without any blanks; `hides` says that the original held characters that are
 * left out of `text` because they cannot be seen; `mayShow` that some font may show one of them after all.
 */
export type PrivacyText = { text: string; compact: string; hides: boolean; mayShow: boolean };

/**
 * A text as it is compared for privacy: two texts that look alike, but for their case, width and blanks, are equal.
 * @returns null when it cannot be judged: too long, or not valid text (a lone surrogate, a replacement character)
 */
export function privacyText(original: string): PrivacyText | null {
  if (original.length > LONGEST.title) return null;
  if (!original.isWellFormed() || original.includes('\uFFFD')) return null;
  const blank = original.normalize('NFKC').replace(BLANKS, ' ');
  const visible = blank.replace(INVISIBLE, '');
  const text = foldCase(visible).normalize('NFKC').replace(BLANKS, ' ').trim();
  const compact = text.replaceAll(' ', '');
  return { text, compact, hides: visible !== blank, mayShow: MAY_SHOW.test(blank) };
}

/** Lower case first, so that ẞ and ς fold too. The dotted and the dotless i count as one letter. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().normalize('NFKC').replaceAll('I\u0307', 'I').replaceAll('İ', 'I');
}
