import { privacyText } from './privacyText';

/** What is asked about: the app's name and the window's title. */
export type NamedWindow = { app: string; title: string };

/**
 * Whether a window is one of those that a person wants left out. A window that cannot be judged is left out too, unless
 * there is nothing to leave out.
 * @param patterns text that the app's name or the title contains; `*` stands for anything. Case, width, blanks and
 *   characters that nobody can see make no difference.
 */
export function makeExclusions(patterns: readonly string[]): (window: NamedWindow) => boolean {
  const wanted = patterns
    .map((pattern) => privacyText(pattern))
    .filter((pattern) => pattern === null || pattern.text !== '' || pattern.mayShow);
  if (wanted.length === 0) return () => false;
  // A pattern that cannot be compared may mean any window.
  const all = wanted.some((pattern) => pattern === null || pattern.text === '');
  const parts = wanted.flatMap((pattern) =>
    pattern === null
      ? []
      : { text: pattern.text.split('*'), compact: pattern.compact.split('*'), hides: pattern.hides },
  );
  const isNamed = (name: string) => {
    const seen = privacyText(name);
    if (seen === null) return true;
    return parts.some(
      ({ text, compact, hides }) =>
        // An invisible character may stand for a blank or for nothing, in either text: then blanks do not count at all.
        containsInTurn(seen.text, text) || ((seen.hides || hides) && containsInTurn(seen.compact, compact)),
    );
  };
  return ({ app, title }) => all || (app === '' && title === '') || isNamed(app) || isNamed(title);
}

/** Whether `text` holds the parts one after the other. Each is looked for once, behind the one before it. */
function containsInTurn(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}
