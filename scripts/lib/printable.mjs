/**
 * Makes text from another process safe to print: removes control and format characters, which could move the cursor,
 * set the clipboard or reverse the line. Keeps line feeds.
 */
export function printable(text) {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '');
}
