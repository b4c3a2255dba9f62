import path from 'node:path';
import { expect, it } from 'vitest';

it('what the tests run in is named with its version, or with the reason', async () => {
  const module = path.resolve('scripts/lib/electron.mjs');
  const { describeRuntime } = (await import(module)) as {
    describeRuntime(runtime: { kind: string }): string;
  };
  expect(describeRuntime({ kind: 'electron' })).toMatch(/^Electron \d+\.\d+\.\d+$/);
  expect(describeRuntime({ kind: 'shell' })).toMatch(/Chromium shell, because/);
});
