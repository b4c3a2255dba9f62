import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

/** Each program and its Debian package. */
const shellPrograms = {
  chromium: 'chromium',
  openbox: 'openbox',
  wmctrl: 'wmctrl',
  xdotool: 'xdotool',
  xdpyinfo: 'x11-utils',
  xev: 'x11-utils',
  xprop: 'x11-utils',
  xwininfo: 'x11-utils',
  setpriv: 'util-linux',
  ffmpeg: 'ffmpeg',
};
const testPrograms = {
  ...shellPrograms,
  Xvfb: 'xvfb',
  setxkbmap: 'x11-xkb-utils',
  xrandr: 'x11-xserver-utils',
  xsetroot: 'x11-xserver-utils',
  ffprobe: 'ffmpeg',
  unzip: 'unzip',
};
const FONTS = ['fonts-dejavu-core', 'fonts-liberation'];

/** The programs for `purpose`: 'shell' (the app without Electron) or 'test'. */
const needs = { shell: shellPrograms, test: testPrograms };

/**
 * Ensures that the system programs are installed: with apt as root on Debian or Ubuntu; otherwise prints the command to
 * paste. Only Linux needs any.
 */
export async function ensureSystem(purpose) {
  if (process.platform !== 'linux') return;
  const missing = missingPrograms(purpose);
  if (!missing.length) return;
  if (!isAptRoot()) stopWith(whatToInstall(missing));
  await aptInstall([...packagesOf(missing), ...FONTS]);
  const still = missingPrograms(purpose);
  if (still.length) stopWith(whatToInstall(still));
}

function missingPrograms(purpose) {
  return Object.entries(needs[purpose]).filter(([program]) => !findProgram(program));
}

function packagesOf(programs) {
  return [...new Set(programs.map(([, debianPackage]) => debianPackage))];
}

/** One sentence with the command to paste, if there is one. */
function whatToInstall(missing) {
  if (!existsSync('/usr/bin/apt-get'))
    return `Please install these programs and run this again: ${missing.map(([program]) => program).join(', ')}.`;
  // Ubuntu's chromium package only asks for a snap, which cannot be automated.
  const needsChrome = isUbuntu() && missing.some(([program]) => program === 'chromium');
  const packages = packagesOf(missing).filter((name) => !(needsChrome && name === 'chromium'));
  const line = `sudo apt-get install -y --no-install-recommends ${[...packages, ...FONTS].join(' ')}`;
  const chrome =
    'Ubuntu’s chromium is a snap, which cannot be used here: please install Google Chrome from google.com/chrome.';
  if (needsChrome) return packages.length ? `${chrome} Then run: ${line}` : chrome;
  return `Some system programs are missing. Please run: ${line}`;
}

/** Installs Debian packages as root; exits with a sentence when that fails. */
export async function aptInstall(packages) {
  say(`Installing system packages: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  await run('apt-get', ['update', '-qq'], quiet);
  const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
  if (code !== 0) stopWith('apt-get install failed; its words above say why.');
}

export function isAptRoot() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && /debian|ubuntu/i.test(osRelease());
}

function isUbuntu() {
  return /^ID=ubuntu/m.test(osRelease());
}

function osRelease() {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}

/** The path of a program, or undefined. Ubuntu's `chromium` script for the snap does not count. */
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
  return (
    realpathSync(file).startsWith('/snap/') ||
    (file.includes('chromium') && headOf(file).includes('snap install'))
  );
}

/** A browser's binary has hundreds of megabytes; a script that asks for a snap says so at its beginning. */
function headOf(file) {
  const head = Buffer.alloc(2048);
  const descriptor = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
