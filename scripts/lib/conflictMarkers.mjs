/** Also as Prettier leaves them in Markdown: indented, or as nested quotes. */
const MARKER = /^\s*(<{7}|\|{7}|>{7}|(> ){6}>)(\s|$)/;

/** The numbers of the lines of a text, from 1, where a merge left its marks. */
export function conflictLines(text) {
  return text.split('\n').flatMap((line, at) => (MARKER.test(line) ? [at + 1] : []));
}
