import { smallest } from '../../shared/extremes';
import type { PlaybackSegment, Silence } from '../../shared/playback/playback';
import type { GeometryEpoch } from '../../shared/session';
import type { SegmentFrames } from '../sessions/frameTrack';

/** One frame at 30 a second: how long the last one surely was on screen. */
const FRAME_US = 33_333;
/** A pause is noted when it is asked for; the last frame may come a moment later. */
const LATE_FRAME_US = 500_000;

type Facts = {
  /** Files that are there, in order. */
  files: readonly string[];
  frames: ReadonlyMap<string, SegmentFrames>;
  silences: readonly Silence[];
  geometry: readonly GeometryEpoch[];
  durationUs: number;
};

/** The segments on the session's clock, in order, none overlapping the next. */
export function placeSegments({ files, frames, silences, geometry, durationUs }: Facts): PlaybackSegment[] {
  const segments: PlaybackSegment[] = [];
  const starts = files.map((file) => frames.get(file)?.fromUs);
  files.forEach((file, index) => {
    const seen = frames.get(file);
    const nextUs =
      starts.slice(index + 1).find((tUs) => tUs !== undefined) ?? Math.max(durationUs, seen?.lastUs ?? 0);
    // Without frames nobody knows its time: it follows the one before it.
    const fromUs = Math.max(0, seen?.fromUs ?? segments.at(-1)?.untilUs ?? 0);
    const untilUs = seen === undefined ? Math.max(fromUs, nextUs) : endOf(seen, nextUs, silences);
    const points = seen?.points ?? [{ tUs: fromUs, ptsUs: 0 }];
    segments.push({ file, fromUs, untilUs, epoch: epochAt(geometry, fromUs), points });
  });
  return segments;
}

/** A screen that does not change gives no frames: its last one stands until something says that it ended. */
function endOf({ lastUs }: SegmentFrames, nextUs: number, silences: readonly Silence[]): number {
  // A redaction has a picture, though a black one.
  const ends = silences.filter(({ why }) => why !== 'redaction').map(({ fromUs }) => fromUs);
  const silent = ends.filter((tUs) => tUs >= lastUs - LATE_FRAME_US);
  const endUs = smallest(silent, nextUs);
  return Math.min(nextUs, Math.max(endUs, lastUs + FRAME_US));
}

function epochAt(geometry: readonly GeometryEpoch[], tUs: number): number {
  return geometry.findLast((arrangement) => arrangement.tUs <= tUs)?.epoch ?? geometry[0]?.epoch ?? 0;
}
