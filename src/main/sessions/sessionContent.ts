import { MAX_EPOCH_MS } from '../../shared/bounds';
import { largest } from '../../shared/extremes';
import { segmentFile, sessionMetaSchema, type SessionHeader, type SessionMeta } from '../../shared/session';
import { countActions } from './actionsFile';
import { factsOf, fileExists, fileSize, filesIn, type ListedFile } from '../../lib/guardedFiles';
import { countLines } from './jsonLines';
import type { SessionPaths } from './sessionPaths';

/** The contents of a session's folder, derived from its files alone. Sizes in bytes. */
export type SessionContent = {
  actionCount: number;
  screenshotCount: number;
  videoBytes: number;
  /** Segments with at least one byte, in order, relative to the folder. */
  segments: string[];
  bundleBytes: number | null;
};

/** Reads the folder, and `actions.jsonl` or `actions.json` once, as a stream. */
export async function readContent(paths: SessionPaths): Promise<SessionContent> {
  const segments = await filledFiles(paths.videoDir);
  return {
    actionCount: (await fileExists(paths.actions))
      ? await countActions(paths.actions)
      : await countLines(paths.actionsLog),
    screenshotCount: await countLines(paths.screenshotsLog),
    videoBytes: segments.reduce((sum, { size }) => sum + size, 0),
    segments: segments.map(({ name }) => `video/${name}`),
    bundleBytes: await fileSize(paths.bundle),
  };
}

/** Whether the session holds anything that a user could miss. */
export async function hasContent(paths: SessionPaths): Promise<boolean> {
  const content = await readContent(paths);
  const { actionCount, screenshotCount, videoBytes, bundleBytes } = content;
  if (actionCount + screenshotCount + videoBytes > 0 || bundleBytes !== null) return true;
  // A truncated first line is recorded input too.
  return ((await fileSize(paths.actionsLog)) ?? 0) > 0;
}

/** The summary of a session, made from its files. `endedAt` of an interrupted session is its last write. */
export async function makeMeta(paths: SessionPaths, header: SessionHeader): Promise<SessionMeta> {
  const content = await readContent(paths);
  return sessionMetaSchema.parse({
    version: 1,
    sessionId: header.sessionId,
    createdAt: header.createdAt,
    endedAt: header.endedAt ?? Math.max(header.createdAt, await lastWrite(paths)),
    actionCount: content.actionCount,
    screenshotCount: content.screenshotCount,
    videoRef: content.segments[0],
    zipPath: content.bundleBytes === null ? undefined : paths.bundle,
    fileSizeBytes: content.bundleBytes ?? undefined,
    recordedMs:
      header.recordedUs === undefined ? undefined : Math.max(0, Math.round(header.recordedUs / 1000)),
    interrupted: header.state === 'interrupted' || undefined,
    missing: header.missing,
  });
}

/** The time of the recording's last write, epoch milliseconds; 0 if there is none or it is not a valid date. */
export async function lastWrite(paths: SessionPaths): Promise<number> {
  const videos = await filledFiles(paths.videoDir);
  const logs = await Promise.all([paths.actionsLog, paths.frames, paths.screenshotsLog].map(modifiedAt));
  const times = [...videos.map(({ mtimeMs }) => mtimeMs), ...logs].map(Math.round);
  return largest(
    times.filter((at) => at <= MAX_EPOCH_MS),
    0,
  );
}

/** Segments with at least one byte, in order, relative to the folder. */
export async function filledSegments(paths: SessionPaths): Promise<string[]> {
  return (await filledFiles(paths.videoDir)).map(({ name }) => `video/${name}`);
}

async function modifiedAt(file: string): Promise<number> {
  return (await factsOf(file))?.mtimeMs ?? 0;
}

async function filledFiles(folder: string): Promise<ListedFile[]> {
  return (await filesIn(folder, segmentFile)).filter(({ size }) => size > 0);
}
