import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';
import { useCallback, useState } from 'react';
import type { SessionListItem } from '../shared/session';

type FocusedRow = { sessionId: string; index: number };

/**
 * Keeps the focused row rendered, because scrolling it out of the document would drop the focus. When that row is
 * deleted, the row that takes its place is kept, so that the focus can move there.
 */
export function useFocusedRow(sessions: readonly SessionListItem[]) {
  const [focused, setFocused] = useState<FocusedRow>();
  const index = focused && indexOf(sessions, focused);

  const rangeWithFocus = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (index === undefined || index >= range.count || indexes.includes(index)) return indexes;
      return [...indexes, index].sort((a, b) => a - b);
    },
    [index],
  );

  const noteFocus = (row: number) => setFocused({ sessionId: sessions[row]!.sessionId, index: row });
  return { noteFocus, rangeWithFocus };
}

/** The row's current index; if it is gone, its previous index or the last row's. */
function indexOf(sessions: readonly SessionListItem[], { sessionId, index }: FocusedRow): number {
  if (sessions[index]?.sessionId === sessionId) return index;
  const found = sessions.findIndex((session) => session.sessionId === sessionId);
  return found >= 0 ? found : Math.max(0, Math.min(index, sessions.length - 1));
}
