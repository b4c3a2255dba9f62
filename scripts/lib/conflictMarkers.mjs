/** Includes the forms that Prettier makes of them in Markdown: indented, or as nested quotes. */
const MARKER = /^\s*(<{7}|\|{7}|>{7}|(> ){6}>)(\s|$)/;

/** The line numbers, from 1, of a text's conflict markers. */
export function conflictLines(text) {
  return text.split('\n').flatMap((line, at) => (MARKER.test(line) ? [at + 1] : []));
}
