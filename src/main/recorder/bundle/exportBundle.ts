import { replaceByTemporary } from '../../../lib/guardedFiles';
import type { PackBundle, PackJob } from './packBundle';

export type ExportInput = PackJob & {
  pack: PackBundle;
  /** Awaited before an earlier bundle is replaced. */
  beforeReplace: () => Promise<void>;
};

/**
 * Writes a session's bundle: a zip of stored entries, streamed, the manifest last. It appears under its name only
 * when it is whole and on the disk; whatever happens before leaves an earlier bundle untouched and no half one.
 * @returns the CRC-32 of the bundle
 * @throws the system's error where the disk refuses; the signal's reason when aborted
 */
export async function exportBundle({ pack, beforeReplace, ...job }: ExportInput): Promise<number> {
  const { paths } = job;
  return replaceByTemporary(paths.bundle, async (partialBundle) => {
    const crc32 = await pack({ ...job, paths: { ...paths, partialBundle } });
    await beforeReplace();
    return crc32;
  });
}
