import { text } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { manifestSchema, type Manifest } from '../../shared/session';
import { fileExists } from '../sessions/jsonLines';

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
