import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Environment } from '../proxy/proxyServer';
import { profileFiles } from './profileFiles';

/** Changes whenever a profile does, or the user signs in with `aws sso login` or `aws login`. */
export async function signInStamp(env: Environment): Promise<string> {
  const { config, credentials } = profileFiles(env);
  const aws = path.join(env.HOME || env.USERPROFILE || os.homedir(), '.aws');
  const kept = await Promise.all(['sso/cache', 'login/cache'].map((name) => filesIn(path.join(aws, name))));
  const stamps = await Promise.all([config, credentials, ...kept.flat()].map(stampOf));
  return stamps.join('\n');
}

async function filesIn(folder: string): Promise<string[]> {
  // Most users have only one of the folders.
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => path.join(folder, name));
}

async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  return `${file} ${found?.mtimeMs ?? 'missing'} ${found?.size ?? ''}`;
}
