import { LONGEST } from '../../shared/bounds';

/** Blanks of every script; U+2800 is a Braille cell without dots. */
const BLANKS = /[\p{White_Space}\u2800]+/gu;
/** What no font shows: control and format characters, private and unassigned code points, fillers, selectors. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/** `compact` is `text` without any blanks; `hides` says that the original held characters nobody can see. */
export type PrivacyText = { text: string; compact: string; hides: boolean };

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
  return { text, compact: text.replaceAll(' ', ''), hides: visible !== blank };
}

/** Lower case first, so that ẞ and ς fold too. The dotted and the dotless i count as one letter. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().normalize('NFKC').replaceAll('I\u0307', 'I').replaceAll('İ', 'I');
}
