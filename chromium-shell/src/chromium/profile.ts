import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const lockFiles = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

type Preferences = { browser?: object; profile?: object };

function readPreferences(file: string): Preferences {
  if (!fs.existsSync(file)) return {};
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Preferences;
  } catch {
    return {}; // Like Chromium, start with new preferences if a kill truncated the file.
  }
}

/** Lets the window manager draw frames, and suppresses the "restore pages" bubble after a kill. */
function writePreferences(profileDir: string): void {
  const file = path.join(profileDir, 'Default', 'Preferences');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const before = readPreferences(file);
  const after = {
    ...before,
    browser: { ...before.browser, custom_chrome_frame: false },
    profile: { ...before.profile, exit_type: 'Normal' },
  };
  fs.writeFileSync(file, JSON.stringify(after));
}

/** The pid in a profile's lock, which is a link to "hostname-pid". */
function lockOwner(profileDir: string): number | undefined {
  try {
    return Number(/-(\d+)$/.exec(fs.readlinkSync(path.join(profileDir, lockFiles[0]!)))?.[1]);
  } catch {
    return undefined;
  }
}

function isChromiumOf(pid: number, profileDir: string): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${profileDir}`);
  } catch {
    return false;
  }
}

/**
 * Prepares a profile: waits while the Chromium of a killed predecessor exits (at most `patienceMs`), then removes its
 * lock.
 * @throws when another shell is using the profile.
 */
export async function prepareProfile(profileDir: string, patienceMs = 8000): Promise<void> {
  fs.mkdirSync(profileDir, { recursive: true });
  const deadline = performance.now() + patienceMs;
  for (
    let owner = lockOwner(profileDir);
    owner && isChromiumOf(owner, profileDir);
    owner = lockOwner(profileDir)
  ) {
    if (performance.now() > deadline) {
      throw new Error(`${profileDir} is in use by another Chromium (process ${owner}).`);
    }
    await delay(50);
  }
  for (const name of lockFiles) fs.rmSync(path.join(profileDir, name), { force: true });
  writePreferences(profileDir);
}
