import { statfs } from 'node:fs/promises';
import { AppFailure } from '../../shared/appError';
import { diskFull } from './recorderErrors';

/** Kept free beside the bundle, so that the system and the finalising have room. */
const RESERVE_BYTES = 256 * 1024 * 1024;

/**
 * Checks that a folder's disk has room for a bundle: it will need as much again as was recorded.
 * @throws AppFailure `ENOSPC`; the system's error when the folder is not there
 */
export async function checkRoomFor(folder: string, bundleBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bundleBytes + RESERVE_BYTES) throw new AppFailure(diskFull);
}
