import { statfs } from 'node:fs/promises';
import { AppFailure, type AppError } from '../../shared/appError';
import { noRoomToRecord, roomRunsOut } from './recorderErrors';

/** Kept free beside the bundle, so that the system and the finalising have room. */
const RESERVE_BYTES = 256 * 1024 * 1024;

/** @throws AppFailure `ENOSPC` when nothing should be recorded; the system's error when the folder is not there */
export function checkRoomToStart(folder: string): Promise<void> {
  return check(folder, 0, noRoomToRecord);
}

/**
 * Checks that a folder's disk has room for a bundle: it will need as much again as was recorded.
 * @throws AppFailure `ENOSPC`; the system's error when the folder is not there
 */
export function checkRoomFor(folder: string, bundleBytes: number): Promise<void> {
  return check(folder, bundleBytes, roomRunsOut);
}

async function check(folder: string, bundleBytes: number, refusal: AppError): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const neededBytes = bundleBytes + RESERVE_BYTES;
  if (freeBytes >= neededBytes) return;
  throw new AppFailure({ ...refusal, details: `${freeBytes} bytes free, ${neededBytes} needed: ${folder}` });
}
