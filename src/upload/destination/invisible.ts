import type { FieldProblem } from '../../shared/fieldProblem';

/**
 * Whether a text contains invisible characters: control and format characters (U+200B, byte order mark), line
 * separators, lone surrogates. They get in when text is copied from a page.
 */
export function hasInvisible(text: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

export const INVISIBLE: FieldProblem = { kind: 'invisible' };
