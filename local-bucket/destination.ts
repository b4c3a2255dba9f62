import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readJson, writeJson } from './storage/files.ts';

/** How to reach the server, as kept in `bucket.json` (readable by the owner only). */
export type Destination = {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
};
type Keys = Pick<Destination, 'accessKeyId' | 'secretAccessKey'>;

/** Given keys, else those of an earlier start on this folder, else random ones. */
export async function readOrMakeKeys(dir: string, given: Partial<Keys>): Promise<Keys> {
  const kept = await readJson<Destination>(destinationFile(dir));
  return {
    accessKeyId:
      given.accessKeyId ?? kept?.accessKeyId ?? `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: given.secretAccessKey ?? kept?.secretAccessKey ?? randomBytes(30).toString('base64url'),
  };
}

export async function writeDestination(dir: string, destination: Destination): Promise<void> {
  await writeJson(destinationFile(dir), destination);
}

function destinationFile(dir: string): string {
  return path.join(dir, 'bucket.json');
}
