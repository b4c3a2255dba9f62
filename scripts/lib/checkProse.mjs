// Refuses long sentences and awkward phrases in every Markdown document that Git tracks.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { inRoot, root } from './paths.mjs';
import { proseProblems } from './prose.mjs';

const tracked = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' });
// A file that is deleted and not yet committed is still tracked.
const names = tracked.split('\0').filter((name) => name && existsSync(inRoot(name)));
const problems = names.flatMap((name) =>
  proseProblems(readFileSync(inRoot(name), 'utf8')).map(({ line, reason }) => `${name}:${line}: ${reason}`),
);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
