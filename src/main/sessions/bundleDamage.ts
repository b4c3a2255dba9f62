import type { AppError } from '../../shared/appError';
import { factsOf } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import type { MadeBundle } from '../sessionsPort';
import { digestOf, readManifest } from './readManifest';
import type { SessionPaths } from './sessionPaths';
import { readMetaUnlessNewer } from './summarise';

/**
 * How a bundle differs from what its export made, by size and manifest (which names the SHA-256 of every file); the rest is
 * not read: an upload reads it, and compares. Its time proves nothing: it can be put back. Null where nothing differs, where
 * there is no bundle, and where no readable summary says what was made.
 */
export async function findBundleDamage(
  paths: SessionPaths,
  files: JsonFileContext,
): Promise<AppError | null> {
  const { bundle } = paths;
  const { meta } = await readMetaUnlessNewer(paths, files);
  if (!meta?.content) return null;
  const { fileSizeBytes, content } = meta;
  const stats = await factsOf(bundle);
  if (stats === null) return null;
  // Unknown where the summary was made anew while the bundle was away.
  if (fileSizeBytes !== undefined && stats.size !== fileSizeBytes)
    return bundleDamaged(`it has ${stats.size} bytes, and its export made ${fileSizeBytes}`);
  try {
    const same = digestOf(await readManifest(bundle)) === content.sha256;
    return same ? null : bundleDamaged('its manifest is another than the one that its export made');
  } catch (error) {
    return bundleDamaged(String(error));
  }
}

/** What the summary says of the last bundle that was made, be it there or not; null where it says nothing. */
export async function findMadeBundle(
  paths: SessionPaths,
  files: JsonFileContext,
): Promise<MadeBundle | null> {
  const { meta } = await readMetaUnlessNewer(paths, files);
  if (!meta?.content) return null;
  const { modifiedAt, crc32 } = meta.content;
  return { size: meta.fileSizeBytes, modifiedAt, crc32 };
}

function bundleDamaged(details: string): AppError {
  return {
    code: 'BundleDamaged',
    message: 'The bundle on this computer was changed or damaged after its export.',
    action: 'Export again to rebuild it from the recording.',
    details,
  };
}
