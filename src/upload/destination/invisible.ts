import type { FieldProblem } from '../../shared/fieldProblem';

/**
 * Whether a text holds what nobody sees: control and format characters (U+200B, a byte order mark), line separators, lone
 * surrogates. They come along when something is copied from a page.
 */
export function hasInvisible(text: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

export const INVISIBLE: FieldProblem = { kind: 'invisible' };
