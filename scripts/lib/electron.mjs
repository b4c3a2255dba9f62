import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, inRoot } from './paths.mjs';
import { say } from './say.mjs';

const electronPackage = inRoot('node_modules', 'electron');
const notToBeHad = path.join(cacheDir, 'electron-not-to-be-had');
const TRY_AGAIN_AFTER_MS = 60 * 60 * 1000;
export const shellDist = inRoot('chromium-shell', 'dist');

/** Electron's own binary, if npm's package has downloaded it. Never `require('electron')`: that starts a download. */
function installedElectron() {
  const pointer = path.join(electronPackage, 'path.txt');
  if (!existsSync(pointer)) return undefined;
  const binary = path.join(electronPackage, 'dist', readFileSync(pointer, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

/**
 * The runtime for the bundles: `{ kind: 'electron' | 'shell', binary, env }`. With `fetch`, Electron is downloaded once
 * if the network allows; a failure is remembered for an hour.
 */
export function findRuntime(node, { fetch }) {
  if (process.env.SESSION_RECORDER_SHELL !== '1') {
    let binary = installedElectron();
    if (!binary && fetch && mayTry()) binary = fetchElectron(node);
    // Overrides an ELECTRON_OVERRIDE_DIST_PATH in the environment.
    if (binary) return { kind: 'electron', binary, env: { ELECTRON_OVERRIDE_DIST_PATH: undefined } };
  }
  return {
    kind: 'shell',
    binary: path.join(shellDist, 'electron'),
    env: { ELECTRON_OVERRIDE_DIST_PATH: shellDist, SHELL_NODE: node },
  };
}

/** The runtime's name, in words. */
export function describeRuntime({ kind }) {
  if (kind !== 'electron') return 'the Chromium shell, because Electron’s binary is not installed';
  const { version } = JSON.parse(readFileSync(path.join(electronPackage, 'package.json'), 'utf8'));
  return `Electron ${version}`;
}

function mayTry() {
  return !existsSync(notToBeHad) || Date.now() - statSync(notToBeHad).mtimeMs > TRY_AGAIN_AFTER_MS;
}

function fetchElectron(node) {
  say('Fetching Electron (once).');
  const options = { stdio: ['ignore', 'inherit', 'ignore'], timeout: 300_000 };
  spawnSync(node, [path.join(electronPackage, 'install.js')], options);
  const binary = installedElectron();
  if (!binary) {
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(notToBeHad, '');
  }
  return binary;
}
