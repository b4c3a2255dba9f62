import { AppFailure, type AppError } from '../../../shared/appError';
import { largest } from '../../../shared/extremes';
import { freeBytes } from '../../../lib/freeBytes';
import { fileSize } from '../../../lib/guardedFiles';
import type { SessionPaths } from '../../sessions/sessionPaths';
import { bundleEntries, totalSize } from './bundleEntries';

/** Space required in addition to the bundle. */
const RESERVE_BYTES = 64 * 1024 * 1024;
const MB = 1024 * 1024;

type Space = { neededBytes: number; freeBytes: number };

/**
 * Checks the space for a session's bundle and for temporary files: a copy of the actions and of one segment at a time.
 * @throws AppFailure `ENOSPC` with the missing bytes; the system's error if the folder cannot be read
 */
export async function checkSpaceForBundle(paths: SessionPaths): Promise<void> {
  const space = await spaceFor(paths);
  if (space.freeBytes < space.neededBytes)
    throw new AppFailure(
      wordsFor(space, 'ENOSPC', `${space.neededBytes} bytes needed, ${space.freeBytes} free`),
    );
}

/** The error after the disk became full during an export, with the space that the next try needs. */
export async function noSpaceForBundle(
  paths: SessionPaths,
  code: string,
  details: string,
): Promise<AppError> {
  const space = await spaceFor(paths).catch(() => undefined);
  return space === undefined ? { ...noSpace, code, details } : wordsFor(space, code, details);
}

async function spaceFor(paths: SessionPaths): Promise<Space> {
  const entries = await bundleEntries(paths);
  const logBytes = (await fileSize(paths.actionsLog)) ?? 0;
  const segments = entries.filter(({ name }) => name.endsWith('.webm'));
  const largestBytes = largest(
    segments.map(({ size }) => size),
    0,
  );
  return {
    neededBytes: totalSize(entries) + 2 * logBytes + largestBytes + RESERVE_BYTES,
    freeBytes: await freeBytes(paths.folder),
  };
}

const noSpace = {
  message: 'The disk is full, so the bundle could not be made.',
  action: 'Free some space and export again; the recording itself is safe.',
};

function wordsFor({ neededBytes, freeBytes }: Space, code: string, details: string): AppError {
  const missingMb = Math.max(1, Math.ceil((neededBytes - freeBytes) / MB));
  const short = neededBytes > freeBytes;
  return {
    ...noSpace,
    ...(short && {
      message: `The bundle needs ${inMb(neededBytes)} on the disk, and ${inMb(freeBytes)} are free.`,
    }),
    code,
    action: `Free ${missingMb} MB and export again; the recording itself is safe.`,
    details,
  };
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`;
}
