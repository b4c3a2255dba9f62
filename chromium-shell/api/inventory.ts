/**
 * The table of docs/real-electron.md: which members the app uses, where, on which systems, and how each was shown to
 * work.
 */
import fs from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { allSystems, type System } from './declarations.ts';
import type { Use } from './uses.ts';

type Row = { member: string; where: string; systems: string; shown: string };

const start = '<!-- table: npm test -- electron -- --write -->';
const end = '<!-- end of table -->';
const unknown = '?';
const names: Record<System, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };

/** One row per member, sorted by name; keeps the hand-written cells. */
export function rowsOf(uses: readonly Use[], shorten: (file: string) => string, text: string): Row[] {
  const written = new Map(readTable(text).map(({ member, shown }) => [member, shown]));
  const byMember = Map.groupBy(
    uses.filter(({ isListed }) => isListed),
    ({ member }) => member,
  );
  return [...byMember]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([member, of]) => ({
      member,
      where: [...new Set(of.map(({ file }) => shorten(file)))].sort().join(', '),
      systems: systemsText(of[0]!.systems),
      shown: written.get(member) || unknown,
    }));
}

function systemsText(systems: readonly System[]): string {
  return systems.length === allSystems.length ? 'all' : systems.map((system) => names[system]).join(', ');
}

/**
 * The differences between the code and the table, and the table's unproven rows, in sentences.
 * @param isTest whether a spec of that kind and name exists
 */
export function staleRows(rows: readonly Row[], text: string, isTest: IsTest): string[] {
  const written = readTable(text);
  const known = new Map(written.map((row) => [row.member, row]));
  const problems = rows.flatMap((row) => {
    const found = known.get(row.member);
    if (!found) return [`${row.member} is used and not in the table`];
    if (found.where !== row.where || found.systems !== row.systems) return [`${row.member} has changed`];
    return wrongEvidence(row.shown, isTest).map((sentence) => `${row.member}: ${sentence}`);
  });
  const used = new Set(rows.map(({ member }) => member));
  const gone = written.filter(({ member }) => !used.has(member));
  return [...problems, ...gone.map(({ member }) => `${member} is in the table and not used any more`)];
}

const testKinds = ['e2e', 'shell', 'unit'] as const;
export type IsTest = (kind: (typeof testKinds)[number], name: string) => boolean;

/** Looks for the tests below the project's root. */
export function testsBelow(root: string): IsTest {
  const all = fs.readdirSync(path.join(root, 'tests'), { recursive: true, encoding: 'utf8' });
  const units = new Set(all.map((file) => path.basename(file)));
  const places = {
    e2e: (name: string) => fs.existsSync(path.join(root, 'tests', 'e2e', `${name}.spec.ts`)),
    shell: (name: string) => fs.existsSync(path.join(root, 'chromium-shell', 'tests', `${name}.test.ts`)),
    unit: (name: string) => units.has(`${name}.test.ts`),
  };
  return (kind, name) => places[kind](name);
}

/** Sentences separated by semicolons. At least one must name existing tests, a source, a measurement or a real run. */
function wrongEvidence(shown: string, isTest: IsTest): string[] {
  const clauses = shown.split(';').map((clause) => clause.trim());
  const proofs = clauses
    .map((clause) => /^(e2e|shell|unit|read|measured|real run) (.+)$/.exec(clause))
    .filter((proof) => proof !== null);
  if (proofs.length === 0)
    return [
      'say how it was shown to work: e2e, shell or unit with names of tests, read, measured, or real run',
    ];
  return testKinds.flatMap((kind) =>
    proofs
      .filter(([, found]) => found === kind)
      .flatMap(([, , names]) => names!.split(':')[0]!.split(','))
      .map((name) => name.trim())
      .filter((name) => !isTest(kind, name))
      .map((name) => `there is no ${kind} test ${name}`),
  );
}

/** Replaces the table with the rows. @throws when the document has no place for it */
export async function writeTable(file: string, rows: readonly Row[]): Promise<void> {
  const text = fs.readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`${file} has no place for the table.`);
  const lines = rows.map(
    ({ member, where, systems, shown }) => `| ${member} | ${where} | ${systems} | ${shown} |`,
  );
  const table = ['| Member | Used in | Systems | Shown by |', '| --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
  const whole = `${text.slice(0, from)}${start}\n\n${table}\n\n${text.slice(to)}`;
  fs.writeFileSync(file, await format(whole, { ...(await resolveConfig(file)), filepath: file }));
}

function readTable(text: string): Row[] {
  const table = text.slice(text.indexOf(start) + start.length, text.indexOf(end));
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, member, where, systems, shown]) => ({
      member: member!,
      where: where!,
      systems: systems!,
      shown: shown!,
    }));
}
