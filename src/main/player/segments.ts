import type { PlaybackSegment, Silence } from '../../shared/playback/playback';
import { firstAfter } from '../../shared/playback/timeMap';
import type { GeometryEpoch } from '../../shared/session';
import type { SegmentFrames } from '../sessions/frameTrack';

/** One frame at 30 frames a second: the minimum time that the last frame was on screen. */
const FRAME_US = 33_333;
/** A pause is timed at its request; the last frame may come a moment later. */
const LATE_FRAME_US = 500_000;

type Facts = {
  /** Existing files, in order. */
  files: readonly string[];
  frames: ReadonlyMap<string, SegmentFrames>;
  silences: readonly Silence[];
  geometry: readonly GeometryEpoch[];
  durationUs: number;
};

/** The segments on the session's clock, in order, without overlap. */
export function placeSegments({ files, frames, silences, geometry, durationUs }: Facts): PlaybackSegment[] {
  const segments: PlaybackSegment[] = [];
  const nextStarts = startsAfter(files.map((file) => frames.get(file)?.fromUs));
  // A redacted period still has frames, although black ones.
  const ends = silences.filter(({ why }) => why !== 'redaction').map(({ fromUs }) => fromUs);
  ends.sort((a, b) => a - b);
  files.forEach((file, index) => {
    const seen = frames.get(file);
    const nextUs = nextStarts[index] ?? Math.max(durationUs, seen?.lastUs ?? 0);
    // Without frames the segment's time is unknown: it follows the previous segment.
    const fromUs = Math.max(0, seen?.fromUs ?? segments.at(-1)?.untilUs ?? 0);
    const untilUs = seen === undefined ? Math.max(fromUs, nextUs) : endOf(seen, nextUs, ends);
    const points = seen?.points ?? [{ tUs: fromUs, ptsUs: 0 }];
    segments.push({ file, fromUs, untilUs, epoch: epochAt(geometry, fromUs), points });
  });
  return segments;
}

/** For each start, the next known start after it. */
function startsAfter(starts: readonly (number | undefined)[]): (number | undefined)[] {
  const after: (number | undefined)[] = [];
  for (let index = starts.length - 1; index >= 0; index -= 1)
    after[index] = starts[index + 1] ?? after[index + 1];
  return after;
}

/**
 * An unchanged screen gives no frames: the last frame counts as shown until a silence begins or the next segment
 * starts.
 * @param ends when silences began, in order
 */
function endOf({ lastUs }: SegmentFrames, nextUs: number, ends: readonly number[]): number {
  const silent = firstAfter(ends.length, (index) => ends[index]! >= lastUs - LATE_FRAME_US);
  const endUs = Math.min(nextUs, ends[silent] ?? nextUs);
  return Math.min(nextUs, Math.max(endUs, lastUs + FRAME_US));
}

function epochAt(geometry: readonly GeometryEpoch[], tUs: number): number {
  const next = firstAfter(geometry.length, (index) => geometry[index]!.tUs > tUs);
  return geometry[Math.max(0, next - 1)]?.epoch ?? 0;
}
