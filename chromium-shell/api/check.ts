/**
 * `npm test -- electron`: checks the app, the shell and docs/real-electron.md against Electron's own type declarations.
 */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { makeProgram } from './declarations.ts';
import { rowsOf, staleRows, testsBelow, writeTable } from './inventory.ts';
import { checkStandIn } from './standIn.ts';
import { deprecated, findUses, unguarded } from './uses.ts';

const root = path.join(import.meta.dirname, '..', '..');
const source = path.join(root, 'src') + path.sep;
const documentation = path.join(root, 'docs', 'real-electron.md');

// All files that run with Electron's main module or as its preload: Electron's objects also reach files that do not
// import it.
const files = [
  path.join(source, 'index.ts'),
  ...['main', 'preload'].flatMap((folder) => ts.sys.readDirectory(path.join(source, folder), ['.ts'])),
];
const known = new Set(files);
const { uses, hidden } = findUses(makeProgram(root, 'src/main', files), (file) => known.has(file));
const shorten = (file: string) => path.relative(source, file).replaceAll(path.sep, '/');
const text = fs.readFileSync(documentation, 'utf8');
const rows = rowsOf(uses, shorten, text);
if (process.argv.includes('--write')) await writeTable(documentation, rows);
const stale = staleRows(rows, fs.readFileSync(documentation, 'utf8'), testsBelow(root));
const problems = [
  ...[...unguarded(uses), ...deprecated(uses), ...hidden].map((sentence) => path.relative(root, sentence)),
  ...(await checkStandIn()).map((sentence) => `chromium-shell: ${sentence}`),
  ...stale.map((sentence) => `docs/real-electron.md: ${sentence} (npm test -- electron -- --write)`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${rows.length} members of Electron are used, each on systems that have it.`);
