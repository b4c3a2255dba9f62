import path from 'node:path';
import { MP4, WEBM } from 'mediabunny';
import { largest } from '../../../shared/extremes';
import { actionSchema, frameSchema, type SessionHeader } from '../../../shared/session';
import { cutFile, openToRead } from '../../../lib/guardedFiles';
import { lastLines, readPlacedJsonLines } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';
import type { Logger } from '../../../shared/runtime';
import { withMediaInput } from '../bundle/mediaInput';

/** A crash loses at most this much video. If the video ends earlier, the picture did not change after its last frame. */
const MOST_LOST_US = 3_000_000;
const PIECE_BYTES = 64 * 1024;

/**
 * Finds where an interrupted recording ends. Video reaches the disk later than actions, so the last actions may have no
 * picture. Truncates a torn last segment, and removes the frames that it does not hold.
 * @returns microseconds on the session's clock; Infinity to keep everything, or if the end of the video is unknown
 */
export async function findRecoverableEnd(
  paths: SessionPaths,
  header: SessionHeader,
  log: Logger,
): Promise<number> {
  const segment = header.video?.segments.at(-1);
  const lastActionUs = await lastAction(paths.actionsLog);
  if (segment === undefined || lastActionUs === null) return Infinity;
  try {
    const file = path.join(paths.folder, segment);
    if (file.endsWith('.mp4')) await dropTornFragment(file);
    const endUs = await cutFrames(paths.frames, segment, await durationUs(file));
    return endUs !== null && lastActionUs - endUs <= MOST_LOST_US ? endUs : Infinity;
  } catch (error) {
    log.warn('end of the video not found', { segment, error: String(error) });
    return Infinity;
  }
}

async function durationUs(file: string): Promise<number> {
  const seconds = await withMediaInput(file, [MP4, WEBM], (input) => input.computeDuration());
  return Math.round(seconds * 1e6);
}

/**
 * Removes the frames after the end of their segment.
 * @returns the end of the segment on the session's clock; null if no frame gives it
 */
async function cutFrames(file: string, segment: string, segmentUs: number): Promise<number | null> {
  let endUs: number | null = null;
  let keptBytes = 0;
  let isBehind = false;
  for await (const { entry: frame, endsAt } of readPlacedJsonLines(file, frameSchema, () => undefined)) {
    isBehind ||= frame.segment === segment && frame.ptsUs > segmentUs;
    if (isBehind) continue;
    keptBytes = endsAt;
    if (frame.segment === segment) endUs = frame.tUs + segmentUs - frame.ptsUs;
  }
  if (isBehind) await cutFile(file, keptBytes);
  return endUs;
}

async function lastAction(log: string): Promise<number | null> {
  const times = (await lastLines(log, actionSchema)).map(({ tUs }) => tUs);
  return times.length === 0 ? null : largest(times);
}

/** Truncates a fragmented MP4 after its last complete fragment. Box headers: ISO/IEC 14496-12 §4.2. */
async function dropTornFragment(file: string): Promise<void> {
  const { size, wholeBytes } = await measureFragments(file);
  if (wholeBytes > 0 && wholeBytes < size) await cutFile(file, wholeBytes);
}

async function measureFragments(file: string): Promise<{ size: number; wholeBytes: number }> {
  const handle = await openToRead(file);
  try {
    const { size } = await handle.stat();
    // One read covers many boxes: a read per box would take hours in a file of tiny boxes.
    const piece = Buffer.alloc(PIECE_BYTES);
    let [pieceFrom, pieceUntil] = [0, 0];
    let wholeBytes = 0;
    for (let at = 0; at + 8 <= size;) {
      if (at < pieceFrom || at + 16 > pieceUntil) {
        const { bytesRead } = await handle.read(piece, 0, piece.length, at);
        if (bytesRead < 8) break;
        piece.fill(0, bytesRead);
        [pieceFrom, pieceUntil] = [at, at + piece.length];
      }
      const head = piece.subarray(at - pieceFrom, at - pieceFrom + 16);
      const short = head.readUInt32BE(0);
      const boxBytes = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
      if (boxBytes < 8 || at + boxBytes > size) break;
      at += boxBytes;
      // A moof box is useless without the mdat box after it.
      if (head.toString('latin1', 4, 8) !== 'moof') wholeBytes = at;
    }
    return { size, wholeBytes };
  } finally {
    await handle.close();
  }
}
