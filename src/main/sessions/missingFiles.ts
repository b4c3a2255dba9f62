import path from 'node:path';
import { frameSchema, screenshotSchema, type SessionHeader, type SessionMeta } from '../../shared/session';
import { countActions } from './actionsFile';
import { fileExists, fileSize, namesIn } from '../../lib/guardedFiles';
import { readJsonLines } from './jsonLines';
import type { SessionPaths } from './sessionPaths';
import type { Logger } from '../../shared/runtime';
import { readManifest } from './readManifest';

/** The recorded files that a user may have removed, by the names that the recorder gives. */
const RECORDED = /^(video\/\d{1,10}\.(mp4|webm)|screenshots\/\d{1,10}\.jpg|(frames|screenshots)\.jsonl)$/;
/** Video is flushed to disk within a second of its writing; this leaves room for a slow disk. */
const SURELY_ON_DISK_US = 3_000_000;

export type Records = { header: SessionHeader | null; meta: SessionMeta | null };

/**
 * The files that a session's own records name but its folder lacks. The records are its header, its lists of frames and
 * screenshots, its summary, and the manifest of an earlier bundle. Names are relative to the folder, in order.
 */
export async function findMissing(paths: SessionPaths, records: Records, log: Logger): Promise<string[]> {
  const named = await namedFiles(paths, records);
  const filled = await bundledFiles(paths, log);
  const present = await presentFiles(paths);
  const missing: string[] = [];
  for (const name of new Set([...named, ...filled])) {
    if (!RECORDED.test(name)) continue;
    if (!present.has(name) || (await isMissing(path.join(paths.folder, name), filled.has(name))))
      missing.push(name);
  }
  if (await lacksActions(paths, records)) missing.push('actions.json');
  return missing.sort();
}

/** A segment that never got a byte exists and is empty; one that was in a bundle had bytes. */
async function isMissing(file: string, wasFilled: boolean): Promise<boolean> {
  const size = await fileSize(file);
  return size === null || (size === 0 && wasFilled && !file.endsWith('.jsonl'));
}

async function namedFiles(paths: SessionPaths, { header, meta }: Records): Promise<Set<string>> {
  const named = new Set([...(header?.video?.segments ?? []), ...(header?.missing ?? [])]);
  let last = { segment: '', ptsUs: 0 };
  for await (const frame of readJsonLines(paths.frames, frameSchema, () => undefined)) {
    named.add(frame.segment);
    last = frame;
  }
  for await (const { file } of readJsonLines(paths.screenshotsLog, screenshotSchema, () => undefined))
    named.add(file);
  if (meta !== null && meta.screenshotCount > 0) named.add('screenshots.jsonl');
  if (meta?.videoRef !== undefined) named.add('frames.jsonl');
  // A power loss may remove the newest segment before its first byte or its name reached the disk.
  const wasCutOff = meta === null && header?.state !== 'finished';
  if (wasCutOff && last.ptsUs < SURELY_ON_DISK_US) named.delete(last.segment);
  return named;
}

/** The contents of an earlier bundle. Empty if the bundle cannot be read. */
async function bundledFiles(paths: SessionPaths, log: Logger): Promise<Set<string>> {
  try {
    return new Set((await readManifest(paths.bundle))?.files.map((file) => file.path));
  } catch (error) {
    log.warn('the earlier bundle cannot be read', { bundle: paths.bundleName, error: String(error) });
    return new Set();
  }
}

/** The names in the folders of a session's files, relative to the session's folder. */
async function presentFiles(paths: SessionPaths): Promise<Set<string>> {
  return new Set([
    ...(await namesIn(paths.folder)),
    ...(await namesIn(paths.videoDir)).map((name) => `video/${name}`),
    ...(await namesIn(paths.screenshotsDir)).map((name) => `screenshots/${name}`),
  ]);
}

/** An export without actions writes an empty list, which does not mean that the actions are back. */
async function lacksActions(paths: SessionPaths, { header, meta }: Records): Promise<boolean> {
  if (await fileExists(paths.actionsLog)) return false;
  const wereLeftOut = header?.missing?.includes('actions.json') ?? false;
  if (wereLeftOut) return (await countActions(paths.actions)) === 0;
  return (meta?.actionCount ?? 0) > 0 && !(await fileExists(paths.actions));
}

/**
 * Like `findMissing` for a session with its bundle, with a few reads regardless of its length. Finds the files that the
 * bundle holds and the folder lacks, by name, and the files that the bundle left out and that are still missing.
 */
export async function findMissingBesideBundle(
  paths: SessionPaths,
  records: Records,
  log: Logger,
): Promise<string[]> {
  const bundled = await bundledFiles(paths, log);
  if (bundled.size === 0) return findMissing(paths, records, log);
  const present = await presentFiles(paths);
  const named = new Set([...bundled, ...(records.header?.missing ?? [])]);
  const missing = [...named].filter((name) => RECORDED.test(name) && !present.has(name));
  if (await lacksActions(paths, records)) missing.push('actions.json');
  return missing.sort();
}
