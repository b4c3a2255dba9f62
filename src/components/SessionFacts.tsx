import type { SessionListItem } from '../shared/session';
import { formatBytes, formatCount, formatLength, formatRelative, minuteOf, type Place } from './format';
import { isSession } from './sessionRules';

/**
 * Age, length, counts and size of a session in one line, as far as they are known. While it is being recorded its figures
 * run on elsewhere, and those of the list are old at once; while it is being repaired nobody knows yet what of it has a
 * picture.
 */
export function SessionFacts({
  item,
  nowMs,
  place,
}: {
  item: SessionListItem;
  nowMs: number;
  place?: Place;
}) {
  // Its name tells a time, but nothing was recorded there.
  if (item.condition === 'not-a-folder') return null;
  const isUnderWay = item.condition === 'recording' || item.condition === 'finalising';
  const figures = [
    item.durationMs === undefined ? undefined : formatLength(item.durationMs, tookMs(item)),
    formatCount(item.actionCount, 'action', 'actions', place),
    formatCount(item.screenshotCount, 'screenshot', 'screenshots', place),
    item.fileSizeBytes === undefined ? undefined : formatBytes(item.fileSizeBytes, place),
  ].filter((fact) => fact !== undefined);
  const areFiguresFinal = !isUnderWay && item.condition !== 'repairing' && isSession(item);
  const facts = [describeAge(item, isUnderWay, nowMs, place), ...(areFiguresFinal ? figures : [])];
  return (
    <p className="overflow-hidden text-xs text-soft tabular-nums">
      {/* A dot stands before each fact; the first of each line lies beyond the left edge. */}
      <span className="-ml-4 flex flex-wrap">
        {facts.map((fact) => (
          <span key={fact} className="whitespace-nowrap">
            <span aria-hidden className="inline-block w-4 text-center">
              ·
            </span>
            {fact}
          </span>
        ))}
      </span>
    </p>
  );
}

/**
 * Its title says when it began; how old it is, is counted from its end, where that is known. To the minute: where a row
 * counts down and then does not, its age would go back and forth.
 */
function describeAge(
  { createdAt, endedAt }: SessionListItem,
  isUnderWay: boolean,
  nowMs: number,
  place?: Place,
): string {
  const minuteMs = minuteOf(nowMs);
  if (isUnderWay || endedAt === undefined || endedAt <= createdAt)
    return `Started ${formatRelative(createdAt, minuteMs, place)}`;
  return `Ended ${formatRelative(endedAt, minuteMs, place)}`;
}

/** From its start to its end; what was recorded, where no end is known. */
function tookMs({ createdAt, endedAt, durationMs = 0 }: SessionListItem): number {
  return endedAt === undefined ? durationMs : endedAt - createdAt;
}
