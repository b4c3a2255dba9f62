/** Runs as one of the systems (SHELL_AS) and prints, for each path on stdin, what the shell's Electron has there. */
import fs from 'node:fs';
import path from 'node:path';
import { electron } from '../src/electron.ts';

type Question = { paths: string[][]; classes: [name: string, file: string, className: string][] };

function memberAt(start: Record<string, unknown>, steps: readonly string[]): 'absent' | 'present' | 'warns' {
  let at: unknown = start;
  for (const step of steps.slice(0, -1)) at = Reflect.get(at as object, step);
  const name = steps.at(-1)!;
  for (let holder = at as object | null; holder; holder = Object.getPrototypeOf(holder) as object | null) {
    const found = Object.getOwnPropertyDescriptor(holder, name);
    if (found)
      return (found.value as { isDeprecated?: boolean } | undefined)?.isDeprecated ? 'warns' : 'present';
  }
  // Reading a member absent from Electron gives `undefined`; a member that only the shell lacks throws here.
  if (Reflect.get(at as object, name) !== undefined) throw new Error(`${steps.join('.')} has no place`);
  return 'absent';
}

const { paths, classes } = JSON.parse(fs.readFileSync(0, 'utf8')) as Question;
const start: Record<string, unknown> = { ...electron };
for (const [name, file, className] of classes) {
  const module = (await import(path.join(import.meta.dirname, '..', 'src', file))) as Record<string, unknown>;
  start[name] = module[className];
}
const seen = Object.fromEntries(paths.map((steps) => [steps.join('.'), memberAt(start, steps)]));
process.stdout.write(JSON.stringify(seen));
