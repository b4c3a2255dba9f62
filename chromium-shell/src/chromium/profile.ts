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
    return {}; // Chromium, too, starts afresh from a Preferences file cut short by a kill.
  }
}

/** The window manager draws frames, and an earlier kill raises no "restore pages" bubble. */
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

/** The pid in a profile's lock, whose target reads "hostname-pid". */
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
 * Makes a profile ready: waits while the Chromium of a killed predecessor is still leaving (at most
 * `patienceMs`), then removes the lock it left.
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
