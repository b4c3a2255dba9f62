import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

/** What Node does for a number without a passwd entry, as in containers. */
const NO_ENTRY = `
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  const fail = () => { throw Object.assign(new Error('ENOENT (no such file or directory)'), { code: 'ERR_SYSTEM_ERROR' }); };
  os.userInfo = fail;
  os.homedir = () => process.env.HOME || fail();
  syncBuiltinESMExports();`;
const claims = JSON.stringify(path.resolve('scripts', 'lib', 'claim.mjs'));
const CLAIM = `const { claim } = await import(${claims}); await claim('x'); console.log('held'); process.exit(0);`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'no-entry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: string[], env: NodeJS.ProcessEnv) {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    env: { PATH: process.env.PATH, DISPLAY: ':none', ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { stdout, stderr, status };
}

describe('a user without a passwd entry', () => {
  const preload = `--import=data:text/javascript,${encodeURIComponent(NO_ENTRY)}`;

  it.each([{ HOME: folder }, { XDG_RUNTIME_DIR: folder }])('can start commands with %o', (env) => {
    const { stdout, stderr } = run([preload, '--input-type=module', '-e', CLAIM], env);
    expect({ stdout, stderr }).toEqual({ stdout: 'held\n', stderr: '' });
  });

  it('and without a home folder is asked for a folder to record to', () => {
    const { status, stderr } = run([preload, 'scripts/start.mjs'], { XDG_RUNTIME_DIR: folder });
    expect(status).toBe(1);
    expect(stderr).toBe(
      '[session-recorder] This user has no home folder. Name a folder for the recordings: --user-data-dir PATH.\n',
    );
  });
});
