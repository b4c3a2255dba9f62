import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Node 22 needs the first flag to run TypeScript. */
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

it.each([
  ['--port', '99999'],
  ['--bytes-per-second', 'fast'],
  ['--bytes-per-second', '0'],
  ['--speed', '5'],
])('the command refuses %s %s, says how it is used, and makes nothing', (option, value) => {
  const dir = path.resolve('no-such-bucket');
  const args = [...FLAGS, 'local-bucket/cli.ts', '--dir', dir, option, value];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('npm run bucket -- --dir PATH');
  expect(existsSync(dir)).toBe(false);
});
