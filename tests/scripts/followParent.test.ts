import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const lib = JSON.stringify(path.resolve('scripts', 'lib', 'followParent.mjs'));
/** An app that finishes what it does when it is asked to end, which takes it a moment. */
const APP = `process.on('SIGTERM', () => setTimeout(() => { console.log('app finished'); process.exit(0); }, 100));
  console.log('app runs'); setInterval(() => {}, 1000);`;
const LAUNCHER = `import { spawn } from 'node:child_process';
  const { followParent } = await import(${lib});
  followParent();
  const app = spawn(process.execPath, ['-e', ${JSON.stringify(APP)}], { stdio: 'inherit' });
  process.on('SIGTERM', () => app.kill('SIGTERM'));
  app.on('exit', (code) => { console.log('launcher saw ' + code); process.exit(code); });`;

/** Starts the launcher, below a shell as npm starts scripts or by itself, and sends SIGTERM once the app runs. */
async function ended(below: 'shell' | 'nothing'): Promise<string[]> {
  const args = ['--input-type=module', '-e', LAUNCHER];
  // The second command keeps every kind of shell from giving its place to the first.
  const child =
    below === 'shell'
      ? spawn('sh', ['-c', '"$0" "$@"; exit $?', process.execPath, ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
      : spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line === 'app runs') child.kill('SIGTERM');
  });
  // Everybody who writes there has ended, the launcher that outlived its shell included.
  await once(child, 'close');
  return lines;
}

it.runIf(process.platform !== 'win32').each(['nothing', 'shell'] as const)(
  'an app is ended in its own time when its launcher below %s is',
  async (below) => {
    expect(await ended(below)).toEqual(['app runs', 'app finished', 'launcher saw 0']);
  },
);
