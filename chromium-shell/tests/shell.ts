import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll } from 'vitest';

export const dist = path.join(import.meta.dirname, '..', 'dist');
export const launcher = path.join(dist, 'electron');
export const fixture = path.join(import.meta.dirname, 'fixture');

const made: string[] = [];
afterAll(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A new data folder, removed after the file's tests. */
export function makeUserData(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-shell-'));
  made.push(folder);
  return folder;
}

export type Launched = { app: ElectronApplication; page: Page; userData: string };

function environment(display: string): Record<string, string> {
  return { ...(process.env as Record<string, string>), DISPLAY: display };
}

/** Launches the fixture with Playwright's own Electron support; resolves when its first page exists. */
export async function launch(
  display: string,
  userData = makeUserData(),
  extra: string[] = [],
  env: Record<string, string> = {},
): Promise<Launched> {
  const args = [fixture, `--user-data-dir=${userData}`, ...extra];
  const app = await _electron.launch({
    args,
    executablePath: launcher,
    env: { ...environment(display), ...env },
  });
  const page = await app.firstWindow();
  await page.waitForURL('**/index.html**');
  await page.waitForLoadState();
  return { app, page, userData };
}

/** Starts the launcher alone, as a user does. */
export function start(display: string, userData: string, extra: string[] = []): ChildProcess {
  return spawn(launcher, [fixture, `--user-data-dir=${userData}`, ...extra], {
    env: environment(display),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until `look` returns a truthy value, and returns that. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  patienceMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`It never came to: ${look.toString()}`);
    await delay(30);
  }
}

/** Command lines of all living processes that contain `text`. */
export function processesNaming(text: string): string[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => readCommandLine(pid))
    .filter((line) => line.includes(text));
}

function readCommandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it exited between the listing and the read
  }
}
