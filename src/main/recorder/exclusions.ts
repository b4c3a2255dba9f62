/** What is asked about: the app's name and the window's title. */
export type NamedWindow = { app: string; title: string };

/**
 * Whether a window is one of those that a person wants left out.
 * @param patterns plain text that the app's name or the title contains, whatever its case; `*` stands for anything
 */
export function makeExclusions(patterns: readonly string[]): (window: NamedWindow) => boolean {
  const wanted = patterns.filter((pattern) => pattern.trim() !== '').map(toExpression);
  return ({ app, title }) => wanted.some((expression) => expression.test(app) || expression.test(title));
}

/** Titles are compared as a person sees them: however their accents are encoded. */
function toExpression(pattern: string): { test: (text: string) => boolean } {
  const parts = pattern.trim().normalize('NFKC').split('*');
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(escaped.join('.*'), 'isu');
  return { test: (text) => expression.test(text.normalize('NFKC')) };
}
