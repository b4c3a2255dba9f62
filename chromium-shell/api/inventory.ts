/** The table of docs/real-electron.md: which members the app uses, where, on which systems, and how each was shown to work. */
import fs from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { allSystems, type System } from './declarations.ts';
import type { Use } from './uses.ts';

type Row = { member: string; where: string; systems: string; shown: string };

const start = '<!-- table: npm test -- electron -- --write -->';
const end = '<!-- end of table -->';
const unknown = '?';
const names: Record<System, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };

/** One row per member, in order of their names; what was written by hand is kept. */
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

/** What differs between the code and the table, in sentences. */
export function staleRows(rows: readonly Row[], text: string): string[] {
  const written = readTable(text);
  const known = new Map(written.map((row) => [row.member, row]));
  const problems = rows.flatMap((row) => {
    const found = known.get(row.member);
    if (!found) return [`${row.member} is used and not in the table`];
    if (found.where !== row.where || found.systems !== row.systems) return [`${row.member} has changed`];
    return row.shown === unknown ? [`${row.member}: write how it was shown to work`] : [];
  });
  const used = new Set(rows.map(({ member }) => member));
  const gone = written.filter(({ member }) => !used.has(member));
  return [...problems, ...gone.map(({ member }) => `${member} is in the table and not used any more`)];
}

/** Puts the rows in place of the table. @throws when the document has no place for it */
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
