import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { rootArgs } from './harness/app';
import { startSecond } from './harness/host';
import { onlySession, startRecording } from './harness/record';
import { processesWith, startInTerminal } from './harness/terminal';
import { expect, test } from './harness/test';

/** Claims are kept there, and not in the home folder of the person who runs the tests. */
const runtimeDir = mkdtempSync(path.join(os.tmpdir(), 'claims-'));
test.afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));

/** `npm start` without npm, as a person's terminal sees it. */
type Start = { child: ChildProcess; printed(): string; ended: Promise<number | null> };

function start(display: string, args: string[]): Start {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args, ...rootArgs()], {
    env: { ...process.env, DISPLAY: display, XDG_RUNTIME_DIR: runtimeDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, printed: () => text, ended };
}

/** The numbers of the local buckets' processes for a data folder. */
const buckets = (userDataDir: string) => processesWith('cli.ts', path.join(userDataDir, 'local-bucket'));

test('two starts with a local bucket in the same instant: one app, one bucket, one sentence from the other', async ({
  display,
  userDataDir,
}) => {
  test.skip(process.platform !== 'linux', 'left out: it looks for processes in /proc');
  const args = ['--local-bucket', `--user-data-dir=${userDataDir}`];
  const both = [start(display, args), start(display, args)];
  const second = await Promise.race(both.map((one) => one.ended.then(() => one)));
  const first = both.find((one) => one !== second)!;
  try {
    expect(await second.ended).toBe(0);
    expect(second.printed().trim().split('\n')).toEqual([
      expect.stringMatching(/Session Recorder is (being started already|already running); its window /),
    ]);
    await expect.poll(first.printed, { timeout: 60_000 }).toContain('Local bucket at http://');
    const [pid, ...others] = await buckets(userDataDir);
    expect(others).toEqual([]);

    const later = start(display, [`--user-data-dir=${userDataDir}`]);
    expect(await later.ended).toBe(0);
    expect(later.printed()).toBe(
      '[session-recorder] Session Recorder is already running; its window is shown.\n',
    );

    process.kill(pid!, 'SIGKILL');
    await expect.poll(first.printed).toContain('The local bucket ended (SIGKILL) and is started again');
    await expect.poll(async () => (await buckets(userDataDir)).length).toBe(1);
  } finally {
    first.child.kill('SIGTERM');
  }
  expect(await first.ended).toBe(0);
  expect(await buckets(userDataDir)).toEqual([]);
});

test('a start with a local bucket is told that the app which runs already has none', async ({
  display,
  userDataDir,
}) => {
  const folder = `--user-data-dir=${userDataDir}`;
  const first = start(display, [folder]);
  try {
    // The app writes there only once its start was the first.
    await expect.poll(() => readdir(userDataDir), { timeout: 60_000 }).not.toEqual([]);
    const second = start(display, ['--local-bucket', folder]);
    expect(await second.ended).toBe(0);
    expect(second.printed()).toContain(
      'It was started without the local bucket: quit it and run this again.',
    );
  } finally {
    first.child.kill('SIGTERM');
  }
  await first.ended;
});

/** What the header of the one session says became of its recording. */
async function recordedState(userDataDir: string): Promise<string> {
  const { folder } = await onlySession(userDataDir);
  return JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8')).state;
}

test.describe('a recording is finished before the app ends', () => {
  test.skip(process.platform !== 'linux', 'left out: needs a pseudo-terminal and /proc');

  test('after Ctrl-C in a terminal, which signals every process in it', async ({ display, userDataDir }) => {
    const terminal = await startInTerminal(display, userDataDir);
    await terminal.record();
    terminal.ctrlC();
    await terminal.ended;
    await expect.poll(() => processesWith(`--user-data-dir=${userDataDir}`)).toEqual([]);
    expect(await recordedState(userDataDir)).toBe('finished');
  });

  test('after kill -9 of the starting script', async ({ display, userDataDir }) => {
    const terminal = await startInTerminal(display, userDataDir);
    await terminal.record();
    const [starter] = await processesWith('scripts/start.mjs', userDataDir);
    process.kill(starter!, 'SIGKILL');
    await expect.poll(() => processesWith(`--user-data-dir=${userDataDir}`)).toEqual([]);
    expect(await recordedState(userDataDir)).toBe('finished');
    await terminal.ended;
  });

  test('after a start that only asks for it, as on Windows', async ({ display, launch, userDataDir }) => {
    const app = await launch();
    await startRecording(app);
    const gone = once(app.electron.process(), 'exit');
    const second = await startSecond(app, userDataDir, display, ['--quit']);
    expect(second).toEqual({ code: 0, printed: 'Session Recorder was asked to quit.\n' });
    expect(await gone).toEqual([0, null]);
    expect(await recordedState(userDataDir)).toBe('finished');
    const third = await startSecond(app, userDataDir, display, ['--quit']);
    expect(third).toEqual({ code: 0, printed: 'Session Recorder is not running.\n' });
  });
});
