import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every command of package.json that is a script of ours. */
const COMMANDS = readdirSync('scripts').filter((name) => name.endsWith('.mjs') && name !== 'build.mjs');

/** Runs a command in a folder without a clone's preparations: what is refused must be so before anything is begun. */
function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join('scripts', script), ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, DISPLAY: ':none', ...env },
  });
  return { status, stdout, stderr };
}

describe.each(COMMANDS)('%s', (script) => {
  it.each(['--help', '-h'])('says by %s how it is used, and does nothing', (option) => {
    const { status, stdout, stderr } = run(script, [option]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^npm (start|test|run [a-z:-]+)/);
  });

  it('refuses an option that it does not know', () => {
    const { status, stdout, stderr } = run(script, ['--no-such-option=1']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Unknown option '--no-such-option'\.\n\nnpm /);
  });
});

describe('npm start', () => {
  it.each([
    [['--user-data-dir'], 'argument missing'],
    [['--user-data-dir='], 'needs a value'],
    [['--user-data-dir', ' '], 'needs a value'],
    [['--user-data-dir', '--local-bucket'], 'ambiguous'],
    [['--local-bucket=yes'], 'does not take an argument'],
    [['somewhere'], "Unexpected argument 'somewhere'"],
    [['--', '--user-data-dir=/elsewhere'], 'put it before the second --'],
  ])('refuses %j', (args, why) => {
    const { status, stderr } = run('start.mjs', args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(why) as unknown });
  });

  it('tells that npm kept an option to itself', () => {
    const { status, stderr } = run('start.mjs', [], { npm_config_local_bucket: 'true' });
    expect({ status, stderr }).toMatchObject({ status: 2 });
    expect(stderr).toContain("npm kept '--local-bucket' to itself: put -- before it.");
  });
});

it.each([
  ['bucket.mjs', [], 'A folder is missing'],
  ['bucket.mjs', ['--dir', ''], "'--dir' needs a value"],
  ['validate-bundle.mjs', [], 'A bundle is missing'],
  ['test.mjs', ['e2', '--', '-g', 'kill'], 'No such step: e2'],
  ['soak-upload.mjs', ['--runs', 'many'], "needs a number above zero, not 'many'"],
  ['bench-upload.mjs', ['--size=0'], "needs a number above zero, not '0'"],
  ['demo.mjs', ['--', 'x'], "Unexpected argument 'x'"],
  ['upload.mjs', ['a', '--to', 's3://b', '--to', 's3://c'], "Option '--to' is given twice"],
  ['upload.mjs', ['--', '-a'], 'The destination is missing'],
])('%s %j is refused', (script, args, why) => {
  const { status, stderr } = run(script, args);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(why) as unknown });
  expect(existsSync('undefined')).toBe(false);
});
