import { MP4, WEBM } from 'mediabunny';
import path from 'node:path';
import { fileExists } from '../../../lib/guardedFiles';
import { MAX_EPOCH_MS } from '../../../shared/bounds';
import type { Logger } from '../../../shared/runtime';
import { frameSchema, type SessionHeader, sessionHeaderSchema } from '../../../shared/session';
import { readActions } from '../../sessions/actionsFile';
import { readJsonLines } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';
import { withMediaInput } from '../bundle/mediaInput';

/**
 * Adds what a crashed recorder could not write: the duration, up to the last frame or action, and the recorded time.
 * A rebuilt header also learns whether there is sound. A complete header stays as it is.
 */
export async function completeHeader(
  paths: SessionPaths,
  header: SessionHeader,
  log: Logger,
): Promise<SessionHeader> {
  if (header.recordedUs !== undefined) return header;
  const { lastUs, pausedUs } = await readSpan(paths, header.durationUs);
  const { createdAt, video } = header;
  const sound = header.rebuilt && (await anySegmentHasAudio(paths.folder, video?.segments ?? [], log));
  // The schema fixes the order of fields, so that a repeated export is identical to the byte.
  return sessionHeaderSchema.parse({
    ...header,
    microphone: sound ?? header.microphone,
    durationUs: lastUs,
    recordedUs: Math.min(lastUs, Math.max(0, lastUs - pausedUs)),
    endedAt:
      header.durationUs === undefined
        ? Math.min(createdAt + Math.round(lastUs / 1000), MAX_EPOCH_MS)
        : header.endedAt,
  });
}

/** Reads the finalised actions and the frames as streams. */
async function readSpan(
  paths: SessionPaths,
  durationUs?: number,
): Promise<{ lastUs: number; pausedUs: number }> {
  let lastUs = 0;
  let pausedUs = 0;
  let pausedFromUs: number | null = null;
  for await (const { tUs } of readJsonLines(paths.frames, frameSchema, () => undefined))
    lastUs = Math.max(lastUs, tUs);
  const actions = (await fileExists(paths.actions)) ? readActions(paths.actions) : [];
  for await (const { type, tUs } of actions) {
    lastUs = Math.max(lastUs, tUs);
    if (type === 'pause') pausedFromUs ??= tUs;
    if (type !== 'resume' || pausedFromUs === null) continue;
    pausedUs += tUs - pausedFromUs;
    pausedFromUs = null;
  }
  lastUs = durationUs ?? lastUs;
  return { lastUs, pausedUs: pausedUs + (pausedFromUs === null ? 0 : Math.max(0, lastUs - pausedFromUs)) };
}

/** Whether any segment has sound. An unreadable segment counts as silent. */
async function anySegmentHasAudio(
  folder: string,
  segments: readonly string[],
  log: Logger,
): Promise<boolean> {
  for (const segment of segments) {
    try {
      const file = path.join(folder, segment);
      if (
        await withMediaInput(
          file,
          [MP4, WEBM],
          async (input) => (await input.getPrimaryAudioTrack()) !== null,
        )
      )
        return true;
    } catch (error) {
      log.warn('segment not read for its sound', { segment, error: String(error) });
    }
  }
  return false;
}
