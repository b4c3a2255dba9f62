import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base } from '@playwright/test';
import { startDesktop } from '../../../scripts/lib/xvfb.mjs';
import { launchApp, type RunningApp } from './app';
import { TestBucket } from './testBucket';

type Fixtures = {
  /** A fresh data folder. */
  userDataDir: string;
  /** A local bucket on disk, stopped after the test. */
  bucket: TestBucket;
  /**
   * Starts the app on `userDataDir`; what is still running at the end is closed. Leaves the test out in real Electron,
   * which is of one system, where `env` names another one for the Chromium shell.
   */
  launch: (args?: string[], env?: Record<string, string>) => Promise<RunningApp>;
};

/** Playwright's test with a private display per worker; on macOS and Windows, which have none, the desktop there is. */
export const test = base.extend<Fixtures, { display: string }>({
  display: [
    async ({}, use) => {
      if (process.platform !== 'linux') return use('');
      const { display, stop } = await startDesktop();
      await use(display);
      stop();
    },
    { scope: 'worker' },
  ],
  userDataDir: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  },
  bucket: async ({ userDataDir }, use) => {
    const bucket = await TestBucket.start(path.join(userDataDir, 'the-bucket'));
    await use(bucket);
    await bucket.stop();
  },
  launch: async ({ userDataDir, display }, use, testInfo) => {
    const running: RunningApp[] = [];
    await use(async (args, env) => {
      testInfo.skip(
        !process.env.ELECTRON_OVERRIDE_DIST_PATH && ['SHELL_AS', 'SHELL_WITH'].some((name) => env?.[name]),
        'left out: real Electron is of one system',
      );
      const app = await launchApp({ userDataDir, display, args, env });
      running.push(app);
      return app;
    });
    for (const app of running) await app.close();
  },
});
/**
 * Call this at the top of a file or describe block about kills, faults or loss: its specs are never repeated, since one
 * failure in many runs is what they are there to find.
 */
export function neverRetry(): void {
  test.describe.configure({ retries: 0 });
}

export { expect } from '@playwright/test';
