// Rejects conflict markers of an unfinished merge in every text file that Git tracks.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { conflictLines } from './conflictMarkers.mjs';
import { inRoot, root } from './paths.mjs';

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
const found = [];
// A deleted file is tracked until the deletion is committed.
for (const name of tracked.split('\0').filter((name) => name && existsSync(inRoot(name)))) {
  const bytes = readFileSync(inRoot(name));
  if (bytes.includes(0)) continue;
  for (const line of conflictLines(bytes.toString('utf8'))) found.push(`${name}:${line}`);
}
for (const place of found) console.error(`${place}: a conflict marker. Finish the merge and delete it.`);
process.exit(found.length > 0 ? 1 : 0);
