import { firstAfter } from './timeMap';

/** However long nothing was recorded, it takes no longer than this to watch, nor more room on the line. */
const GAP_SHOWN_US = 1_500_000;
/** Between the end of one segment and the start of the next there is always a moment. */
const SEAM_US = 150_000;

type Stretch = { fromUs: number; untilUs: number };

/** A stretch of the session with one segment's picture, or (`segment: null`) with none. */
export type LineItem = Stretch & { segment: number | null; lineFromUs: number; lineUntilUs: number };

/**
 * The session as it is watched: segments one after the other, and what lies between them shortened.
 * Line time counts from 0 to `lengthUs`.
 */
export type TimeLine = { items: LineItem[]; lengthUs: number; durationUs: number };

/** @param segments in order of time, not overlapping */
export function makeTimeLine(segments: readonly Stretch[], durationUs: number): TimeLine {
  const items: LineItem[] = [];
  let [tUs, lineUs] = [0, 0];
  const add = (segment: number | null, untilUs: number) => {
    const lengthUs = untilUs - tUs;
    const shownUs = segment === null ? Math.min(lengthUs, GAP_SHOWN_US) : lengthUs;
    const stretch = { fromUs: tUs, untilUs, lineFromUs: lineUs, lineUntilUs: lineUs + shownUs };
    items.push({ segment, ...stretch });
    [tUs, lineUs] = [untilUs, stretch.lineUntilUs];
  };
  segments.forEach(({ fromUs, untilUs }, index) => {
    if (fromUs - tUs > SEAM_US) add(null, fromUs);
    if (untilUs > tUs) add(index, untilUs);
  });
  if (durationUs - tUs > SEAM_US || items.length === 0) add(null, Math.max(tUs, durationUs));
  return { items, lengthUs: lineUs, durationUs: tUs };
}

/** The item that an instant of the session is in; the last one for its end. */
export function itemAt({ items }: TimeLine, tUs: number): LineItem {
  const next = firstAfter(items.length, (index) => items[index]!.untilUs > tUs);
  return items[Math.min(next, items.length - 1)]!;
}

export function toLineTime(line: TimeLine, tUs: number): number {
  const { fromUs, untilUs, lineFromUs, lineUntilUs } = itemAt(line, tUs);
  if (untilUs === fromUs) return lineFromUs;
  const share = Math.min(1, Math.max(0, (tUs - fromUs) / (untilUs - fromUs)));
  return lineFromUs + share * (lineUntilUs - lineFromUs);
}

export function fromLineTime({ items }: TimeLine, lineUs: number): number {
  const next = firstAfter(items.length, (index) => items[index]!.lineUntilUs > lineUs);
  const { fromUs, untilUs, lineFromUs, lineUntilUs } = items[Math.min(next, items.length - 1)]!;
  if (lineUntilUs === lineFromUs) return fromUs;
  const share = Math.min(1, Math.max(0, (lineUs - lineFromUs) / (lineUntilUs - lineFromUs)));
  return fromUs + share * (untilUs - fromUs);
}
