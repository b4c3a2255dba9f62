/** `npm test -- electron`: holds the app, the shell and docs/real-electron.md to Electron's own declarations. */
import fs from 'node:fs';
import path from 'node:path';
import { makeProgram } from './declarations.ts';
import { rowsOf, staleRows, writeTable } from './inventory.ts';
import { checkStandIn } from './standIn.ts';
import { filesNearElectron, findUses, unguarded } from './uses.ts';

const root = path.join(import.meta.dirname, '..', '..');
const source = path.join(root, 'src') + path.sep;
const documentation = path.join(root, 'docs', 'real-electron.md');

const files = filesNearElectron(source);
const uses = findUses(makeProgram(root, 'tsconfig.main.json', files), (file) => files.includes(file));
const shorten = (file: string) => path.relative(source, file).replaceAll(path.sep, '/');
const text = fs.readFileSync(documentation, 'utf8');
const rows = rowsOf(uses, shorten, text);
if (process.argv.includes('--write')) await writeTable(documentation, rows);
const stale = staleRows(rows, fs.readFileSync(documentation, 'utf8'));
const problems = [
  ...unguarded(uses).map((sentence) => path.relative(root, sentence)),
  ...(await checkStandIn()).map((sentence) => `chromium-shell: ${sentence}`),
  ...stale.map((sentence) => `docs/real-electron.md: ${sentence} (npm test -- electron -- --write)`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${rows.length} members of Electron are used, each on systems that have it.`);
