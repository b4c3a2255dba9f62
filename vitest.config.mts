import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'tests/**/*.test.{ts,tsx}',
      'chromium-shell/tests/**/*.test.ts',
      'local-bucket/tests/**/*.test.ts',
      'bundle-validator/tests/**/*.test.ts',
    ],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Patience for machines with other work; nothing is measured by it.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
});
