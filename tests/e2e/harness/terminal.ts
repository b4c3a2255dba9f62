import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { chromium, expect, type Browser, type Page } from '@playwright/test';
import { rootArgs } from './app';
import { recordUntil } from './record';

/** `npm start` in a terminal of its own, with the keys of a person. */
export type TerminalStart = {
  /** All that the terminal shows so far. */
  printed(): string;
  /** Presses Ctrl-C: the terminal sends the signal to every process in it. */
  ctrlC(): void;
  /** The exit code of `npm start`. */
  ended: Promise<number | null>;
  /** Starts a recording and waits until a second of it is there. */
  record(): Promise<void>;
};

/** Starts the app by npm in a pseudo-terminal (util-linux's `script`), and waits until it says that it is open. */
export async function startInTerminal(display: string, userDataDir: string): Promise<TerminalStart> {
  const args = [`--user-data-dir=${userDataDir}`, ...rootArgs(), '--', '--remote-debugging-port=0'];
  const command = ['npm', 'start', '--', ...args].map((word) => `'${word}'`).join(' ');
  const terminal = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    env: { ...process.env, DISPLAY: display },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  terminal.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = once(terminal, 'close').then(([code]) => code as number | null);
  await expect.poll(() => text, { timeout: 60_000 }).toContain('Session Recorder is open.');
  return {
    printed: () => text,
    ctrlC: () => void terminal.stdin.write('\u0003'),
    ended,
    async record() {
      const browser = await chromium.connectOverCDP(/ws:\/\/\S+/.exec(text)![0]);
      const main = await pageAt(browser, '/main_window/');
      await main.getByRole('button', { name: 'Record', exact: true }).click();
      await main.getByRole('button', { name: 'Start recording' }).click();
      await recordUntil(await pageAt(browser, '/toolbar/'), 1);
      await browser.close();
    },
  };
}

async function pageAt(browser: Browser, place: string): Promise<Page> {
  const find = () =>
    browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((page) => page.url().includes(place));
  await expect.poll(() => find() !== undefined, { timeout: 30_000 }).toBe(true);
  return find()!;
}

/** The numbers of the processes whose command line holds all of `words`. */
export async function processesWith(...words: string[]): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    // One that ended meanwhile has no command line.
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return ids.filter((_id, at) => words.every((word) => lines[at]!.includes(word))).map(Number);
}
