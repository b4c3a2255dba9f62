import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Environment } from '../proxy/proxyServer';
import { plainConfig, readProfileSections, type Section } from './profileSections';

/** The two files in which AWS's tools keep profiles. Absolute paths. */
export type ProfileFiles = { config: string; credentials: string };

/** Every profile by its name; `text` changes whenever one of the files does. */
export type KnownProfiles = {
  profiles: ReadonlyMap<string, Section>;
  text: string;
  /** The config file in a form that the SDK understands; absent if it needs no change. May contain secrets. */
  plainConfig?: string;
};

/** Source: AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials files". */
export function profileFiles(env: Environment): ProfileFiles {
  const home = env.HOME || env.USERPROFILE || os.homedir();
  const place = (named: string | undefined, usual: string) =>
    !named
      ? path.join(home, '.aws', usual)
      : named.startsWith('~/')
        ? path.join(home, named.slice(2))
        : named;
  return {
    config: place(env.AWS_CONFIG_FILE, 'config'),
    credentials: place(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials'),
  };
}

/**
 * Reads both files; a missing one counts as empty. The credentials file takes precedence.
 * @throws the system's error if an existing file cannot be read
 */
export async function readProfiles(files: ProfileFiles): Promise<KnownProfiles> {
  const [config, credentials] = await Promise.all([
    readOrEmpty(files.config),
    readOrEmpty(files.credentials),
  ]);
  const profiles = new Map(readProfileSections(config, 'config'));
  for (const [name, section] of readProfileSections(credentials, 'credentials'))
    profiles.set(name, { ...profiles.get(name), ...section });
  return { profiles, text: `${config}\0${credentials}`, plainConfig: plainConfig(config, credentials) };
}

/** The profile and its sources of keys, in that order. A missing profile ends the chain. */
export function profileChain(profiles: ReadonlyMap<string, Section>, name: string): Section[] {
  const chain: Section[] = [];
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !seen.has(at);) {
    const section = profiles.get(at);
    if (!section) break;
    seen.add(at);
    chain.push(section);
    at = section.role_arn === undefined ? undefined : section.source_profile;
  }
  return chain;
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Runs `use` with the path of a config file that the SDK understands. Only this user can read the file, and it is
 * deleted afterwards.
 */
export async function withConfigFile<T>(
  files: ProfileFiles,
  { plainConfig: text }: KnownProfiles,
  use: (configFile: string) => Promise<T>,
): Promise<T> {
  if (text === undefined) return use(files.config);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-'));
  try {
    const file = path.join(folder, 'config');
    await writeFile(file, text, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
