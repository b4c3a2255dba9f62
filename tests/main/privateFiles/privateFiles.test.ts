import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../recorder/recorderHouse';

const exec = promisify(execFile);

/** The app in a process of its own, with the umask that leaves everything to everybody. @returns modes, octal */
async function modesOf(folder: string): Promise<Record<string, string>> {
  const resolver = path.resolve(import.meta.dirname, '../../faults/kills/resolveTs.mjs');
  const program = path.join(import.meta.dirname, 'appProcess.ts');
  const options = ['--experimental-transform-types', '--no-warnings', '--import', resolver, program, folder];
  const { stdout } = await exec('sh', ['-c', 'umask 000; exec "$0" "$@"', process.execPath, ...options]);
  return JSON.parse(stdout) as Record<string, string>;
}

const wanted = {
  logs: '700',
  'logs/main.log': '600',
  sessions: '700',
  'recording-settings.json': '600',
};

it.skipIf(process.platform === 'win32')('nothing of the app is for others, whatever the umask', async () => {
  expect(await modesOf(await temporaryFolder())).toMatchObject(wanted);
});

it.skipIf(process.platform === 'win32')('what an earlier version left open to others is closed', async () => {
  const folder = await temporaryFolder();
  for (const name of ['sessions', 'logs']) {
    await mkdir(path.join(folder, name));
    await chmod(path.join(folder, name), 0o777);
  }
  await writeFile(path.join(folder, 'logs/main.log'), 'earlier\n');
  await chmod(path.join(folder, 'logs/main.log'), 0o666);
  expect(await modesOf(folder)).toMatchObject(wanted);
});
