import path from 'node:path';
import { MP4, WEBM } from 'mediabunny';
import { largest } from '../../../shared/extremes';
import { actionSchema, frameSchema, type SessionHeader } from '../../../shared/session';
import { cutFile, openToRead } from '../../../lib/guardedFiles';
import { lastLines, readPlacedJsonLines } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';
import type { Logger } from '../../../shared/runtime';
import { withMediaInput } from '../bundle/mediaInput';

/** What a crash may cost. Where the picture ends earlier than that, it did not change: then it shows the end too. */
const MOST_LOST_US = 3_000_000;
const PIECE_BYTES = 64 * 1024;

/**
 * Where a recording that was cut off ends, on the session's clock: its video comes to the disk later than its actions,
 * so that the last of these have no picture. Cuts off what the crash tore of the last segment, and the lines of frames
 * that it does not hold.
 * @returns microseconds; Infinity where nothing need be left out, or where the end of the video cannot be told
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
 * Takes away the lines of frames that lie behind the end of their segment.
 * @returns the end of the segment on the session's clock; null when no line tells
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

/** Ends a fragmented MP4 behind its last whole fragment. Box headers: ISO/IEC 14496-12 §4.2. */
async function dropTornFragment(file: string): Promise<void> {
  const { size, wholeBytes } = await measureFragments(file);
  if (wholeBytes > 0 && wholeBytes < size) await cutFile(file, wholeBytes);
}

async function measureFragments(file: string): Promise<{ size: number; wholeBytes: number }> {
  const handle = await openToRead(file);
  try {
    const { size } = await handle.stat();
    // Many small boxes lie in one piece: a read for each would take hours in a file of nothing else.
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
      // A fragment's description is worth nothing without its data, which follows it.
      if (head.toString('latin1', 4, 8) !== 'moof') wholeBytes = at;
    }
    return { size, wholeBytes };
  } finally {
    await handle.close();
  }
}
