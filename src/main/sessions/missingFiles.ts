import path from 'node:path';
import { frameSchema, screenshotSchema, type SessionHeader, type SessionMeta } from '../../shared/session';
import { countActions } from './actionsFile';
import { fileExists, fileSize, namesIn } from '../../lib/guardedFiles';
import { readJsonLines } from './jsonLines';
import type { SessionPaths } from './sessionPaths';
import type { Logger } from '../../shared/runtime';
import { readManifest } from './readManifest';

/** What of a session a hand may have removed: the names that the recorder gives. */
const RECORDED = /^(video\/\d{1,10}\.(mp4|webm)|screenshots\/\d{1,10}\.jpg|(frames|screenshots)\.jsonl)$/;
/** Video is on the disk a second after it was written; this leaves room for a slow one. */
const SURELY_ON_DISK_US = 3_000_000;

export type Records = { header: SessionHeader | null; meta: SessionMeta | null };

/**
 * The files that a session's own records name and its folder does not hold: by its header, its lists of frames and
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

/** A segment that never got a byte is there, and empty; one that was in a bundle had some. */
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
  // A power cut may take the newest segment before a byte of it, or its name, was on the disk.
  const wasCutOff = meta === null && header?.state !== 'finished';
  if (wasCutOff && last.ptsUs < SURELY_ON_DISK_US) named.delete(last.segment);
  return named;
}

/** What an earlier bundle holds. One that cannot be read says nothing. */
async function bundledFiles(paths: SessionPaths, log: Logger): Promise<Set<string>> {
  try {
    return new Set((await readManifest(paths.bundle))?.files.map((file) => file.path));
  } catch (error) {
    log.warn('the earlier bundle cannot be read', { bundle: paths.bundleName, error: String(error) });
    return new Set();
  }
}

/** The names in the folders of a session's files, relative to it. */
async function presentFiles(paths: SessionPaths): Promise<Set<string>> {
  return new Set([
    ...(await namesIn(paths.folder)),
    ...(await namesIn(paths.videoDir)).map((name) => `video/${name}`),
    ...(await namesIn(paths.screenshotsDir)).map((name) => `screenshots/${name}`),
  ]);
}

/** An export without them makes an empty list of actions, which is no sign of their return. */
async function lacksActions(paths: SessionPaths, { header, meta }: Records): Promise<boolean> {
  if (await fileExists(paths.actionsLog)) return false;
  const wereLeftOut = header?.missing?.includes('actions.json') ?? false;
  if (wereLeftOut) return (await countActions(paths.actions)) === 0;
  return (meta?.actionCount ?? 0) > 0 && !(await fileExists(paths.actions));
}

/**
 * The same for a session whose bundle is there, with a few reads however long it is: what the bundle holds and the folder
 * does not, by name, and what the bundle was made without and is still gone.
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
