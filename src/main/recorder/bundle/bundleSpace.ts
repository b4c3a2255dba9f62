import { AppFailure, type AppError } from '../../../shared/appError';
import { largest } from '../../../shared/extremes';
import { freeBytes } from '../../../lib/freeBytes';
import { fileSize } from '../../../lib/guardedFiles';
import type { SessionPaths } from '../../sessions/sessionPaths';
import { bundleEntries, totalSize } from './bundleEntries';

/** Room wanted beside the bundle itself. */
const RESERVE_BYTES = 64 * 1024 * 1024;
const MB = 1024 * 1024;

type Room = { neededBytes: number; freeBytes: number };

/**
 * Checks that the disk has room for a session's bundle and for what is written on the way to it: the actions once
 * more, and one segment at a time.
 * @throws AppFailure `ENOSPC` naming what is missing; the system's error where the folder cannot be read
 */
export async function checkSpaceForBundle(paths: SessionPaths): Promise<void> {
  const room = await roomFor(paths);
  if (room.freeBytes < room.neededBytes)
    throw new AppFailure(
      wordsFor(room, 'ENOSPC', `${room.neededBytes} bytes needed, ${room.freeBytes} free`),
    );
}

/** What a person is told when the disk had no more room while a bundle was made. Reckons what the next try needs. */
export async function noSpaceForBundle(
  paths: SessionPaths,
  code: string,
  details: string,
): Promise<AppError> {
  const room = await roomFor(paths).catch(() => undefined);
  return room === undefined ? { ...noRoom, code, details } : wordsFor(room, code, details);
}

async function roomFor(paths: SessionPaths): Promise<Room> {
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

const noRoom = {
  message: 'The disk is full, so the bundle could not be made.',
  action: 'Free some space and export again; the recording itself is safe.',
};

function wordsFor({ neededBytes, freeBytes }: Room, code: string, details: string): AppError {
  const missingMb = Math.max(1, Math.ceil((neededBytes - freeBytes) / MB));
  const short = neededBytes > freeBytes;
  return {
    ...noRoom,
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
