import type { AppError } from '../../shared/appError';
import { factsOf } from '../../lib/guardedFiles';
import type { JsonFileContext } from '../../lib/jsonFile';
import type { MadeBundle } from '../sessionsPort';
import { digestOf, readManifest } from './readManifest';
import type { SessionPaths } from './sessionPaths';
import { readMetaUnlessNewer } from './summarise';

/**
 * Compares a bundle with what its export made, by size and manifest (which names the SHA-256 of every file). The rest
 * is not read: an upload reads and compares it. The modification time proves nothing, since it can be reset. Null if
 * nothing differs, if there is no bundle, or if no readable summary describes it.
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
  // The size is unknown if the summary was remade while the bundle was away.
  if (fileSizeBytes !== undefined && stats.size !== fileSizeBytes)
    return bundleDamaged(`it has ${stats.size} bytes, and its export made ${fileSizeBytes}`);
  try {
    const same = digestOf(await readManifest(bundle)) === content.sha256;
    return same ? null : bundleDamaged('its manifest is another than the one that its export made');
  } catch (error) {
    return bundleDamaged(String(error));
  }
}

/** The summary's data about the last bundle, whether or not the bundle still exists; null if the summary has none. */
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
