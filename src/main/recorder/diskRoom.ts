import { statfs } from 'node:fs/promises';
import { AppFailure, type AppError } from '../../shared/appError';

/** Kept free beside the bundle, so that the system and the finalising have room. */
const RESERVE_BYTES = 256 * 1024 * 1024;

/**
 * Checks that a folder's disk has room for a bundle: it will need as much again as was recorded.
 * @throws AppFailure `refusal`, with the bytes in its details; the system's error when the folder is not there
 */
export async function checkRoomFor(folder: string, bundleBytes: number, refusal: AppError): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const neededBytes = bundleBytes + RESERVE_BYTES;
  if (freeBytes >= neededBytes) return;
  throw new AppFailure({ ...refusal, details: `${freeBytes} bytes free, ${neededBytes} needed: ${folder}` });
}
