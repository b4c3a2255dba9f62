/**
 * Text from another process, safe to print: no control or format characters, which could move the cursor, set the
 * clipboard or reverse the line. Line feeds stay.
 */
export function printable(text) {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '');
}
