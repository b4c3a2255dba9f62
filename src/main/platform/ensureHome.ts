import os from 'node:os';

/**
 * Gives a user without a home folder, such as a container's number without a passwd entry, the one that containers
 * use. Without it `os.homedir` throws, and so do the log and the AWS SDK, which ask for it.
 * @param env changed where there is no home folder
 */
export function ensureHome(env: NodeJS.ProcessEnv, homedir: () => string = os.homedir): void {
  try {
    homedir();
  } catch {
    env.HOME = '/';
  }
}
