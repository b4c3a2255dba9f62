import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../eventually';

const lib = (name: string) => JSON.stringify(path.resolve('scripts', 'lib', name));

/** A program whose app is only words: what was asked of it, and how it was ended. */
const PROGRAM = `const { quitOnSignals } = await import(${lib('quitSignals.mjs')});
  quitOnSignals({
    ask: (signal) => console.log('asked ' + signal),
    end() { console.log('ended'); process.exit(1); },
  });
  console.log('runs');
  setInterval(() => {}, 1000);`;

/** What `PROGRAM` prints; each line that is waited for sends the signals named for it. */
async function printed(signals: (line: string, press: (signal: NodeJS.Signals) => void) => void) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const closed = once(child, 'close');
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      signals(line, (signal) => child.kill(signal));
    });
  await closed;
  return lines;
}

it.runIf(process.platform !== 'win32')(
  'Ctrl-C asks once, says what is happening, and ends the app with the third',
  async () => {
    let beats: NodeJS.Timeout | undefined;
    const lines = await printed((line, press) => {
      // Presses that come closer together than a person's would count as one.
      if (line === 'runs') beats = setInterval(() => press('SIGINT'), 700);
    });
    clearInterval(beats);
    expect(lines).toEqual(['runs', 'asked SIGINT', expect.stringContaining('Ctrl-C once more'), 'ended']);
  },
);

it.runIf(process.platform !== 'win32')(
  'one Ctrl-C that the terminal and npm both deliver, and the end of npm, ask once and end nothing',
  async () => {
    const lines = await printed((line, press) => {
      if (line === 'runs') for (let times = 0; times < 3; times += 1) press('SIGINT');
      if (line !== 'asked SIGINT') return;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) press(signal);
      setTimeout(() => press('SIGKILL'), 300);
    });
    expect(lines).toEqual(['runs', 'asked SIGINT']);
  },
);

/** A binary that writes what it was started with into a file, then waits for a signal and writes that. */
async function fakeRuntime() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'app-process-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const binary = path.join(folder, 'electron');
  const file = path.join(folder, 'seen');
  const code = `#!${process.execPath}
    const { appendFileSync } = require('node:fs');
    const see = (line) => appendFileSync(${JSON.stringify(file)}, line + '\\n');
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => see(signal));
    if (process.argv.includes('--quit')) { see(process.argv.slice(3).join(' ')); process.exit(0); }
    setInterval(() => {}, 1000);
    console.log('Session Recorder is open.');`;
  await writeFile(binary, code);
  await chmod(binary, 0o755);
  return {
    runtime: { binary, env: {} },
    seen: async () => (await readFile(file, 'utf8')).trim().split('\n'),
  };
}

it.runIf(process.platform === 'linux')(
  'the app has a process group of its own, no terminal to read from, and knows who started it',
  async () => {
    const { startApp, askToQuit, endApp, startedBy } = await import('../../scripts/lib/appProcess.mjs');
    const { runtime, seen } = await fakeRuntime();
    const opened = Promise.withResolvers<void>();
    const app = startApp(runtime, ['--user-data-dir=/data'], () => opened.resolve());
    const exited = once(app, 'exit');
    await opened.promise;
    const [, , , , group] = (await readFile(`/proc/${app.pid}/stat`, 'utf8'))
      .replace(/\(.*\)/, '')
      .split(' ');
    expect(Number(group)).toBe(app.pid);
    expect(app.spawnargs).toContain(startedBy());
    expect(app.stdin).toBeNull();

    await askToQuit(app, { runtime, args: [], signal: 'SIGTERM' });
    await eventually(async () => expect(await seen()).toEqual(['SIGTERM']));
    // Windows: by a start with the same arguments, which ends by itself.
    const asked = { runtime, args: ['--user-data-dir=/data'], signal: 'SIGINT', platform: 'win32' };
    expect(await askToQuit(app, asked)).toBe(true);
    expect(await seen()).toEqual(['SIGTERM', '--user-data-dir=/data --quit']);
    endApp(app);
    expect(await exited).toEqual([null, 'SIGKILL']);
  },
);
