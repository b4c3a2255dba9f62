import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';
import { useCallback, useState } from 'react';
import type { SessionListItem } from '../shared/session';

type FocusedRow = { sessionId: string; index: number };

/**
 * Keeps the row that has the focus in the document, or scrolling away would drop the focus. When that row is deleted, the
 * one that took its place is kept, so that the focus can move there.
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

/** Where the row is now; where it is gone, the place it had, or the last one. */
function indexOf(sessions: readonly SessionListItem[], { sessionId, index }: FocusedRow): number {
  if (sessions[index]?.sessionId === sessionId) return index;
  const found = sessions.findIndex((session) => session.sessionId === sessionId);
  return found >= 0 ? found : Math.max(0, Math.min(index, sessions.length - 1));
}
