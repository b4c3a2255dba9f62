import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { makeProgram } from '../api/declarations.ts';
import { rowsOf, staleRows, testsBelow } from '../api/inventory.ts';
import { deprecated, findUses, unguarded } from '../api/uses.ts';

const root = path.join(import.meta.dirname, '..', '..');
const folder = path.join(import.meta.dirname, 'uses');
const files = ['guarded.ts', 'hidden.ts', 'outdated.ts', 'unguarded.ts'].map((name) =>
  path.join(folder, name),
);

/** The lines of the files that end with a matching remark, as `file:line remark`. */
function remarks(pattern: RegExp): string[] {
  return files.flatMap((file) =>
    fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .map((text, index) => [pattern.exec(text)?.[1], index + 1] as const)
      .filter(([remark]) => remark !== undefined)
      .map(([remark, line]) => `${path.basename(file)}:${line} ${remark}`),
  );
}

let found: ReturnType<typeof findUses>;

beforeAll(() => {
  found = findUses(makeProgram(root, 'chromium-shell', files), (file) => files.includes(file));
}, 120_000);

it('finds every use that a system lacks, and none that is guarded', () => {
  const missing = found.uses
    .filter(({ missingOn }) => missingOn.length > 0)
    .map(({ file, line, missingOn }) => `${path.basename(file)}:${line} ${missingOn.join(', ')}`);
  const expected = remarks(/\/\/ missing on (.*)$/);
  expect(expected.length).toBeGreaterThan(30);
  expect(missing).toEqual(expected);
});

it('finds every use of what Electron deprecates', () => {
  const expected = remarks(/\/\/ (deprecated)$/);
  expect(expected.length).toBeGreaterThan(3);
  const places = deprecated(found.uses).map(
    (sentence) => `${path.basename(sentence.split(' ')[0]!)} deprecated`,
  );
  expect(places).toEqual(expected);
});

it('finds places that hide what they use', () => {
  const expected = remarks(/\/\/ (hidden)$/);
  expect(expected.length).toBeGreaterThan(3);
  const places = found.hidden.map((sentence) => `${path.basename(sentence.split(' ')[0]!)} hidden`);
  expect(places).toEqual(expected);
});

it('finds the recorder’s own call of dipToScreenRect when it is put back', () => {
  const file = path.join(root, 'src', 'main', 'platform', 'displays.ts');
  const now = 'return toPhysicalPixels(rect, scaleFactor, { screen, wayland });';
  const text = fs.readFileSync(file, 'utf8');
  expect(text).toContain(now);
  const changed = new Map([[file, text.replace(now, 'return screen.dipToScreenRect(null, rect);')]]);
  const look = (texts?: typeof changed) =>
    unguarded(findUses(makeProgram(root, 'src/main', [file], texts), (one) => one === file).uses);
  expect(look()).toEqual([]);
  expect(look(changed)).toEqual([
    expect.stringMatching(/displays\.ts:\d+ Screen\.dipToScreenRect exists on win32 only.*darwin, linux/),
  ]);
}, 120_000);

it('takes no member into the table without a test, a source or a measurement', () => {
  const uses = found.uses.filter(({ member }) => member === 'Screen.dipToScreenRect').slice(0, 1);
  const problemsOf = (shown: string) => {
    const row = `| Screen.dipToScreenRect | ${path.basename(uses[0]!.file)} | Windows | ${shown} |`;
    const text = `<!-- table: npm test -- electron -- --write -->\n|\n|\n${row}\n<!-- end of table -->`;
    const rows = rowsOf(uses, (file) => path.basename(file), text);
    return staleRows(rows, text, testsBelow(root));
  };
  expect(problemsOf('unit physicalPixels, pointsToPixels: by hand; read docs; e2e smoke')).toEqual([]);
  for (const nothing of ['', 'stand-in', 'in memory only', 'read'])
    expect(problemsOf(nothing)).toEqual([expect.stringContaining('say how it was shown to work')]);
  expect(problemsOf('shell nowhere; e2e smoke, else')).toEqual([
    'Screen.dipToScreenRect: there is no e2e test else',
    'Screen.dipToScreenRect: there is no shell test nowhere',
  ]);
});
