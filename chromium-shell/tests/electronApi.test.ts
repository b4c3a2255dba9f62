import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeProgram } from '../api/declarations.ts';
import { findUses, unguarded } from '../api/uses.ts';

const root = path.join(import.meta.dirname, '..', '..');
const folder = path.join(import.meta.dirname, 'uses');

it('finds every use that a system lacks, and none that is guarded', () => {
  const files = ['guarded.ts', 'unguarded.ts'].map((name) => path.join(folder, name));
  const uses = findUses(makeProgram(root, 'tsconfig.shell.json', files), (file) => files.includes(file));
  const found = uses
    .filter(({ missingOn }) => missingOn.length > 0)
    .map(({ file, line, missingOn }) => `${path.basename(file)}:${line} ${missingOn.join(', ')}`);
  const expected = files.flatMap((file) =>
    fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .map((text, index) => [/\/\/ missing on (.*)$/.exec(text)?.[1], index + 1] as const)
      .filter(([systems]) => systems !== undefined)
      .map(([systems, line]) => `${path.basename(file)}:${line} ${systems}`),
  );
  expect(expected.length).toBeGreaterThan(10);
  expect(found).toEqual(expected);
  expect(unguarded(uses)[0]).toContain('Screen.dipToScreenRect exists on win32 only');
});
