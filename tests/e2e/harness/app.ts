import { once } from 'node:events';
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';

/** The app under test, in its own window. */
export type RunningApp = {
  electron: ElectronApplication;
  /** The main window's page. */
  page: Page;
  /** What runs it. */
  binary: string;
  /** kill -9 of the main process; resolves when it is gone. */
  kill9(): Promise<void>;
  /** Its exit code, once it has ended by itself or by one of these. */
  exited: Promise<number | null>;
  /** Ends it as a user would; nothing when it is gone already. */
  close(): Promise<void>;
};

/** Starts the built app on `userDataDir` and waits until its main window can be used. */
export async function launchApp(options: {
  userDataDir: string;
  /** Empty for the desktop there is. */
  display: string;
  args?: string[];
  /** Beside the environment of the tests. */
  env?: Record<string, string>;
}): Promise<RunningApp> {
  const electron = await _electron.launch({
    args: ['.', `--user-data-dir=${options.userDataDir}`, ...rootArgs(), ...(options.args ?? [])],
    env: { ...definedEnv(), ...options.env, ...(options.display && { DISPLAY: options.display }) },
    timeout: 60_000,
  });
  const page = await electron.firstWindow();
  // A busy machine may take longer than Playwright's five seconds.
  await expect(page.getByRole('button', { name: 'Sessions' })).toBeVisible({ timeout: 30_000 });
  const child = electron.process();
  const gone = once(child, 'exit');
  return {
    electron,
    page,
    binary: child.spawnfile,
    exited: gone.then(([code]) => code as number | null),
    async kill9() {
      process.kill(child.pid!, 'SIGKILL');
      await gone;
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) await electron.close();
    },
  };
}

/** Real Electron refuses its sandbox as root; test machines often are. The shell decides for itself. */
export function rootArgs(): string[] {
  const realElectron = !process.env.ELECTRON_OVERRIDE_DIST_PATH;
  return realElectron && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] != null),
  );
}
