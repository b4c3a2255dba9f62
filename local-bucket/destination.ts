import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { readJson, writeJson } from './storage/files.ts';

/** The connection data of the server, as stored in `bucket.json` (readable by the owner only). */
export type Destination = {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** The server supports proofs (see `auth/proof.mjs`), so clients may require one. */
  provesItself?: true;
};
/** `now`: epoch milliseconds. */
type Reporting = { now: () => number; onNotice: (line: string) => void };
type Keys = Pick<Destination, 'accessKeyId' | 'secretAccessKey'>;

/**
 * The given keys, those of an earlier start on this folder, or random ones. Sets an unusable file of an earlier start
 * aside and reports it.
 */
export async function readOrMakeKeys(
  dir: string,
  given: Partial<Keys>,
  { now, onNotice }: Reporting,
): Promise<Keys> {
  const kept = await readDestination(destinationFile(dir), { now, onNotice });
  return {
    accessKeyId:
      given.accessKeyId ?? kept?.accessKeyId ?? `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: given.secretAccessKey ?? kept?.secretAccessKey ?? randomBytes(30).toString('base64url'),
  };
}

async function readDestination(file: string, { now, onNotice }: Reporting): Promise<Keys | null> {
  try {
    const kept = await readJson<Partial<Keys> | null>(file);
    if (kept === null || isKeys(kept)) return kept;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const aside = `${file}.corrupt-${now()}`;
  await rename(file, aside);
  onNotice(`${file} could not be read, and is kept as ${path.basename(aside)}; the bucket has new keys.`);
  return null;
}

function isKeys(kept: Partial<Keys>): kept is Keys {
  return [kept.accessKeyId, kept.secretAccessKey].every(
    (key) => typeof key === 'string' && /^[\x21-\x7e]+$/.test(key),
  );
}

export async function writeDestination(dir: string, destination: Destination): Promise<void> {
  await writeJson(destinationFile(dir), destination);
}

function destinationFile(dir: string): string {
  return path.join(dir, 'bucket.json');
}
