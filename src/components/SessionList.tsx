import { useVirtualizer, type Range, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
} from 'react';
import type { SessionListItem } from '../shared/session';
import { ErrorBoundary } from './ErrorBoundary';
import { minuteOf, type Place } from './format';
import { placeIn, ROW_ESTIMATE_PX, ROW_GAP_PX, type ListMemory } from './listMemory';
import type { SessionCallbacks } from './SessionActions';
import { SessionCard, type RowNote } from './SessionCard';
import { whyNotOpen } from './sessionRules';
import { useFocusedRow } from './useFocusedRow';
import { clockOf } from './uploadText';

/** Progress of one upload, ten times a second, re-renders one row only. */
const Card = memo(SessionCard);

export type SessionListProps = {
  sessions: readonly SessionListItem[];
  /** Stable between renders, as are unchanged items of `sessions`. */
  commands: SessionCallbacks;
  /** By the session's id. */
  notes: Readonly<Record<string, RowNote>>;
  /** Whether links are signed with temporary credentials. */
  temporaryKeys: boolean;
  nowMs: number;
  place?: Place;
  /** The list's state when it was last rendered; saved on unmount. */
  kept: RefObject<ListMemory>;
  /** The scrolling element that contains the list. */
  scroller: HTMLElement | null;
  /** Called with the ids of the sessions in or near the viewport; with none on unmount. Stable between renders. */
  onShown: (sessionIds: readonly string[]) => void;
};

/** Renders the rows in view and the focused one; other rows only count towards the height. */
export function SessionList({ sessions, scroller, kept, onShown, ...row }: SessionListProps) {
  const listRef = useRef<HTMLUListElement>(null);
  const top = useOffsetTop(listRef, scroller);
  const { noteFocus, rangeWithFocus } = useFocusedRow(sessions);
  const ids = useIds(sessions);
  const open = (index: number) => {
    const item = sessions[index]!;
    if (whyNotOpen(item) === undefined) row.commands.open(item.sessionId);
  };
  const rows = useRows({ ids, scroller, top, rangeWithFocus, kept });
  const drawn = rows.getVirtualItems();
  useShown(drawn, onShown);
  return (
    <ul
      ref={listRef}
      role="list"
      data-focus-part
      aria-label="Recorded sessions"
      hidden={sessions.length === 0}
      className="relative"
      style={{ height: rows.getTotalSize() }}
    >
      {drawn.map(({ index, key, start }) => (
        <li
          key={key}
          ref={rows.measureElement}
          data-index={index}
          data-focus-part
          tabIndex={-1}
          aria-labelledby={`session-${key}`}
          aria-posinset={index + 1}
          aria-setsize={sessions.length}
          onFocus={() => noteFocus(index)}
          onDoubleClick={({ target }) => isPlain(target) && open(index)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
            // Otherwise the key would press the button that gets the focus now.
            event.preventDefault();
            open(index);
          }}
          className="absolute inset-x-0 top-0 rounded-xl"
          style={{ transform: `translateY(${start - top}px)` }}
        >
          <Row item={sessions[index]!} hasTwin={hasTwin(sessions, index)} {...row} />
        </li>
      ))}
    </ul>
  );
}

/** The rows to render. Their measured heights are kept for the next mount. */
function useRows(list: {
  ids: readonly string[];
  scroller: HTMLElement | null;
  top: number;
  rangeWithFocus: (range: Range) => number[];
  kept: SessionListProps['kept'];
}): Virtualizer<HTMLElement, Element> {
  const { ids, scroller, top, rangeWithFocus, kept } = list;
  const [initial] = useState(() => ({ rows: kept.current.rows, scrollTop: placeIn(kept.current, ids) }));
  // The virtualizer is read during render and mutates itself, so nothing here may be memoised on it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_ESTIMATE_PX,
    // A new function makes it measure every row again, so the function changes only with the ids.
    getItemKey: useCallback((index: number) => ids[index]!, [ids]),
    gap: ROW_GAP_PX,
    overscan: 6,
    scrollMargin: top,
    rangeExtractor: rangeWithFocus,
    initialMeasurementsCache: initial.rows,
    initialOffset: initial.scrollTop,
    // Rows added or removed above keep the view in place; at the top the newest session is shown.
    anchorTo: scroller !== null && scroller.scrollTop > top ? 'end' : 'start',
  });
  const goBack = useEffectEvent(() => {
    kept.current.scrollTop.current = initial.scrollTop;
  });
  const keepPlace = useEffectEvent(() => {
    const offset = kept.current.scrollTop.current;
    const inView = offset > top ? rows.getVirtualItems().filter(({ end }) => end > offset) : [];
    Object.assign(kept.current, {
      ...{ rows: rows.takeSnapshot(), top },
      inView: inView.map(({ key, start }) => ({ key, belowStart: offset - start })),
    });
  });
  useLayoutEffect(() => {
    goBack();
    return () => keepPlace();
  }, []);
  return rows;
}

function useShown(drawn: readonly VirtualItem[], onShown: SessionListProps['onShown']): void {
  const ids = drawn.map(({ key }) => key).join();
  useEffect(() => onShown(ids === '' ? [] : ids.split(',')), [ids, onShown]);
  useEffect(() => () => onShown([]), [onShown]);
}

/** Whether a double click on the target means the row itself. */
function isPlain(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button, a, input, pre, [role="dialog"]') === null;
}

type RowProps = Pick<SessionListProps, 'commands' | 'notes' | 'temporaryKeys' | 'nowMs' | 'place'> & {
  item: SessionListItem;
  hasTwin: boolean;
};

function Row(props: RowProps) {
  return (
    <ErrorBoundary what={`Session ${props.item.sessionId}`} shown={props.item}>
      <RowCard {...props} />
    </ErrorBoundary>
  );
}

function RowCard({ item, notes, nowMs, ...rest }: RowProps) {
  return (
    <Card
      {...rest}
      item={item}
      nowMs={clockOf(item.upload, nowMs)}
      note={notes[item.sessionId]}
      titleId={`session-${item.sessionId}`}
    />
  );
}

/** Whether a session began in the same minute as a neighbour in time. */
function hasTwin(sessions: readonly SessionListItem[], index: number): boolean {
  const beganIn = (at: number) => sessions[at] && minuteOf(sessions[at].createdAt);
  return [index - 1, index + 1].some((at) => beganIn(at) === beganIn(index));
}

/** The sessions' ids; returns the same array while ids and order do not change. */
function useIds(sessions: readonly SessionListItem[]): readonly string[] {
  const [ids, setIds] = useState<readonly string[]>([]);
  const same =
    ids.length === sessions.length && sessions.every(({ sessionId }, index) => sessionId === ids[index]);
  if (same) return ids;
  const now = sessions.map(({ sessionId }) => sessionId);
  setIds(now);
  return now;
}

/** The list's offset from the scroller's top, updated as the content above it changes its height. */
function useOffsetTop(list: RefObject<HTMLElement | null>, scroller: HTMLElement | null): number {
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
