import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { AppError } from '../shared/appError';
import type { SessionListItem } from '../shared/session';
import type { Place } from './format';
import type { SessionCallbacks } from './SessionActions';
import { SessionCard } from './SessionCard';

const ROW_ESTIMATE_PX = 92;
const ROW_GAP_PX = 12;

export type SessionListProps = SessionCallbacks & {
  sessions: readonly SessionListItem[];
  refusals: Readonly<Record<string, AppError>>;
  nowMs: number;
  place?: Place;
  /** What scrolls; the list lies somewhere inside it. */
  scroller: HTMLElement | null;
};

/** The rows in view, and the one that has the focus; thousands more exist by their count only. */
export function SessionList({ sessions, refusals, scroller, ...row }: SessionListProps) {
  const listRef = useRef<HTMLUListElement>(null);
  const top = useOffsetTop(listRef, scroller);
  const { focusRow, rangeWithFocus } = useFocusedRow();
  // The virtualizer is read while rendering and changes by itself; nothing here may be memoised on it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: sessions.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_ESTIMATE_PX,
    getItemKey: (index) => sessions[index]!.sessionId,
    gap: ROW_GAP_PX,
    overscan: 6,
    scrollMargin: top,
    rangeExtractor: rangeWithFocus,
  });
  return (
    <ul
      ref={listRef}
      role="list"
      aria-label="Recorded sessions"
      className="relative"
      style={{ height: rows.getTotalSize() }}
    >
      {rows.getVirtualItems().map(({ index, key, start }) => (
        <li
          key={key}
          ref={rows.measureElement}
          data-index={index}
          aria-labelledby={`session-${key}`}
          aria-posinset={index + 1}
          aria-setsize={sessions.length}
          onFocus={() => focusRow(index)}
          className="absolute inset-x-0 top-0"
          style={{ transform: `translateY(${start - top}px)` }}
        >
          <SessionCard
            item={sessions[index]!}
            refusal={refusals[sessions[index]!.sessionId]}
            titleId={`session-${key}`}
            {...row}
          />
        </li>
      ))}
    </ul>
  );
}

/** Keeps the row that has the focus in the document, or scrolling away would drop the focus. */
function useFocusedRow() {
  const [focused, setFocused] = useState<number>();
  const rangeWithFocus = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (focused === undefined || focused >= range.count || indexes.includes(focused)) return indexes;
      return [...indexes, focused].sort((a, b) => a - b);
    },
    [focused],
  );
  return { focusRow: setFocused, rangeWithFocus };
}

/** How far the list begins below the scroller's top, followed as what stands above it grows and shrinks. */
function useOffsetTop(list: React.RefObject<HTMLElement | null>, scroller: HTMLElement | null): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const content = scroller?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(() => setTop(list.current?.offsetTop ?? 0));
    observer.observe(content);
    return () => observer.disconnect();
  }, [list, scroller]);
  return top;
}
