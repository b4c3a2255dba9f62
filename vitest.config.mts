import { realpathSync } from 'node:fs';
import os from 'node:os';
import { defineConfig } from 'vitest/config';

// Sessions are never read through a link, and the folder for temporary files is one on macOS.
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = realpathSync.native(os.tmpdir());

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
