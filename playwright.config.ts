import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: false,
  // Each worker has a display of its own, so two may run; recording wants a core to itself.
  workers: process.env.SESSION_RECORDER_WORKERS ? Number(process.env.SESSION_RECORDER_WORKERS) : 1,
  forbidOnly: !!process.env.CI,
  retries: 0,
  reporter: [['list'], ['json']],
  outputDir: 'test-results/e2e',
  projects: [
    { name: 'ui', testDir: 'tests/ui', testMatch: '*.spec.ts' },
    // In CI a spec may fail once; `npm test` then names it. Specs about kills, faults and loss opt out: see harness/test.ts.
    { name: 'e2e', testDir: 'tests/e2e', testMatch: '*.spec.ts', retries: process.env.CI ? 1 : 0 },
  ],
});
