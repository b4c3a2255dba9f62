import type { BundleContent } from '../../../shared/session';
import { factsOf, setTime } from '../../../lib/guardedFiles';
import { digestOf, readManifest } from '../../sessions/readManifest';

/**
 * Gives a new bundle the time of the one before where both hold the very same: an export that changed nothing is then
 * no change to anybody who tells bundles apart by size and time, as uploads do.
 * @param before what the last export of the session left
 */
export async function keepTime(bundle: string, before: BundleContent | undefined): Promise<BundleContent> {
  const sha256 = digestOf(await readManifest(bundle));
  const made = { sha256, modifiedAt: Math.round((await factsOf(bundle))?.mtimeMs ?? 0) };
  if (before?.sha256 !== sha256) return made;
  return (await setTime(bundle, new Date(before.modifiedAt))) ? before : made;
}
