import type { SessionListItem } from '../shared/session';
import { formatBytes, formatCount, formatLength, formatRelative, minuteOf, type Place } from './format';
import { isSession } from './sessionRules';

/**
 * Age, length, counts and size of a session in one line, as far as known. Leaves out the figures of a running recording
 * (those of the list are stale) and of a repair (the recorded length is not known yet).
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
  // The entry's name contains a time, but nothing was recorded.
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
      {/* Each fact has a dot before it; the first dot of each line is clipped at the left edge. */}
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
 * The title shows the start; the age counts from the end, if known. Rounded to the minute: a row's clock switches
 * between seconds and minutes, and the age would jump.
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

/** From start to end; the recorded duration if the end is unknown. */
function tookMs({ createdAt, endedAt, durationMs = 0 }: SessionListItem): number {
  return endedAt === undefined ? durationMs : endedAt - createdAt;
}
