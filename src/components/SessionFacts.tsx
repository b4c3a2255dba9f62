import type { SessionListItem } from '../shared/session';
import { formatBytes, formatCount, formatDuration, formatRelative, type Place } from './format';

/** Age, length, counts and size of a session in one line, as far as they are known. */
export function SessionFacts({
  item,
  nowMs,
  place,
}: {
  item: SessionListItem;
  nowMs: number;
  place?: Place;
}) {
  const facts = [
    formatRelative(item.createdAt, nowMs, place),
    item.durationMs === undefined ? undefined : formatDuration(item.durationMs),
    formatCount(item.actionCount, 'action', 'actions', place),
    formatCount(item.screenshotCount, 'screenshot', 'screenshots', place),
    item.fileSizeBytes === undefined ? undefined : formatBytes(item.fileSizeBytes, place),
  ].filter((fact) => fact !== undefined);
  return (
    <p className="flex flex-wrap gap-x-2 text-xs text-soft tabular-nums">
      {facts.map((fact, index) => (
        <span key={fact} className="whitespace-nowrap">
          {fact}
          {index < facts.length - 1 && (
            <span aria-hidden className="ml-2">
              ·
            </span>
          )}
        </span>
      ))}
    </p>
  );
}
