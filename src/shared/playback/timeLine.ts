import { firstAfter } from './timeMap';

/** A period without recording plays for at most this long, and takes no more space on the timeline. */
const GAP_SHOWN_US = 1_500_000;
/** There is always a short gap between two segments. */
const SEAM_US = 150_000;

type Stretch = { fromUs: number; untilUs: number };

/** A period of the session with the picture of one segment, or (`segment: null`) with none. */
export type LineItem = Stretch & { segment: number | null; lineFromUs: number; lineUntilUs: number };

/**
 * The session as played: segments in sequence, with the periods between them shortened.
 * Line time counts from 0 to `lengthUs`.
 */
export type TimeLine = { items: LineItem[]; lengthUs: number; durationUs: number };

/** @param segments ordered by time, not overlapping */
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

/** The item at a time of the session; the last one for its end. */
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
