import os from 'node:os';

/**
 * Sets HOME for a user without a home folder, e.g. a container's uid without a passwd entry. Otherwise `os.homedir`
 * throws in the log and in the AWS SDK.
 * @param env changed if there is no home folder
 */
export function ensureHome(env: NodeJS.ProcessEnv, homedir: () => string = os.homedir): void {
  try {
    homedir();
  } catch {
    env.HOME = '/';
  }
}
