import os from 'node:os';

/** This user's home folder; undefined for a user without one, such as a container's number without a passwd entry. */
export function homeFolder() {
  try {
    return os.homedir() || undefined;
  } catch {
    // Neither HOME nor a passwd entry: Node throws.
    return undefined;
  }
}
