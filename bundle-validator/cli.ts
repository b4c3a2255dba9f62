import { printable } from '../scripts/lib/printable.mjs';
import { validateBundle, type Verdict } from './validateBundle';

/** Validates each file on the command line. @returns the exit code: 0 all valid, 1 not all, 2 wrong usage */
export async function main(files: readonly string[], say: (line: string) => void): Promise<number> {
  if (files.length === 0) {
    say('npm run validate-bundle -- FILE [FILE …]\n\nChecks session bundles against docs/bundle-format.md.');
    return 2;
  }
  let invalid = 0;
  for (const file of files) {
    const verdict = await validateBundle(file);
    if (verdict.problems.length > 0) invalid += 1;
    say(describe(file, verdict));
  }
  return invalid > 0 ? 1 : 0;
}

function describe(file: string, { problems, ...found }: Verdict): string {
  const counts = `${found.segments} video segments, ${found.frames} frames, ${found.screenshots} screenshots, ${found.actions} actions`;
  const about = found.sessionId ? `session ${found.sessionId}, ${found.state}; ${counts}` : counts;
  const lines = problems.map((problem) => `  ${safe(problem.file ?? 'bundle')}: ${safe(problem.what)}`);
  return [`${problems.length === 0 ? 'valid' : 'INVALID'}: ${safe(file)} (${about})`, ...lines].join('\n');
}

const LONGEST = 500;

/** Text of a bundle as one short line without control characters for the terminal. */
function safe(text: string): string {
  const line = printable(text.replaceAll('\n', ' '));
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
