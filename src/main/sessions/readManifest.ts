import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { manifestSchema, type Manifest } from '../../shared/session';
import { fileExists } from './jsonLines';

/**
 * The manifest of a bundle; null where there is no bundle.
 * @throws what keeps the zip or its manifest from being read
 */
export async function readManifest(bundle: string): Promise<Manifest | null> {
  if (!(await fileExists(bundle))) return null;
  const zip = await yauzl.openPromise(bundle);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== 'manifest.json') continue;
      return manifestSchema.parse(JSON.parse(await text(await zip.openReadStreamPromise(entry))));
    }
    throw new Error('the zip holds no manifest');
  } finally {
    zip.close();
  }
}

/** What stands for all that a bundle holds: the SHA-256 of its manifest, in hex. */
export function digestOf(manifest: Manifest | null): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}
