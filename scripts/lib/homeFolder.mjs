import os from 'node:os';

/** This user's home folder; undefined for a user without one, such as a container's uid without a passwd entry. */
export function homeFolder() {
  try {
    return os.homedir() || undefined;
  } catch {
    // Node throws if there is neither HOME nor a passwd entry.
    return undefined;
  }
}
