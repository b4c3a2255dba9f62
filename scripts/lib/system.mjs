import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

/** Each program and the Debian package that brings it. */
const shellPrograms = {
  chromium: 'chromium',
  openbox: 'openbox',
  wmctrl: 'wmctrl',
  xdotool: 'xdotool',
  xdpyinfo: 'x11-utils',
  xrandr: 'x11-xserver-utils',
  import: 'imagemagick',
  ffmpeg: 'ffmpeg',
};
const testPrograms = {
  ...shellPrograms,
  Xvfb: 'xvfb',
  xsetroot: 'x11-xserver-utils',
  ffprobe: 'ffmpeg',
  unzip: 'unzip',
};
const FONTS = ['fonts-dejavu-core', 'fonts-liberation'];

/** The programs for `purpose`: 'shell' (the app without Electron), 'test', or 'bucket-readers'. */
const needs = { shell: shellPrograms, test: testPrograms };

/**
 * Makes sure that the system programs are there: by apt when root on Debian or Ubuntu, otherwise the person is told
 * what to paste. Only Linux has needs.
 */
export async function ensureSystem(purpose) {
  if (process.platform !== 'linux') return;
  const missing = missingPackages(needs[purpose]);
  if (!missing.length) return;
  const packages = [...missing, ...FONTS];
  const line = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isAptRoot()) stopWith(`Some system programs are missing. Please run: sudo ${line}`);
  await aptInstall(packages);
  const still = missingPackages(needs[purpose]);
  if (still.length)
    stopWith(`apt did not bring ${still.join(', ')}. Please install them and run this again.`);
}

/** Installs Debian packages as root; ends with a sentence when that fails. */
export async function aptInstall(packages) {
  say(`Installing system packages: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  await run('apt-get', ['update', '-qq'], quiet);
  const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
  if (code !== 0) stopWith('apt-get install failed; its words above say why.');
}

export function isAptRoot() {
  return (
    process.getuid?.() === 0 &&
    existsSync('/usr/bin/apt-get') &&
    /debian|ubuntu/i.test(readFileSync('/etc/os-release', 'utf8'))
  );
}

function missingPackages(programs) {
  const missing = Object.entries(programs).filter(([program]) => !findProgram(program));
  return [...new Set(missing.map(([, debianPackage]) => debianPackage))];
}

/** The path of a program, or undefined. Ubuntu's `chromium` that only leads to a snap does not count. */
export function findProgram(name) {
  const names =
    name === 'chromium' ? ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] : [name];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter))
    for (const candidate of names) {
      const file = path.join(folder, candidate);
      if (existsSync(file) && !isSnap(file)) return file;
    }
  return undefined;
}

function isSnap(file) {
  const real = realpathSync(file);
  return (
    real.includes('/snap') ||
    (file.includes('chromium') && readFileSync(real).subarray(0, 4096).includes('snap'))
  );
}
