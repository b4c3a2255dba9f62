import type { VirtualItem } from '@tanstack/react-virtual';
import type { KeptScroll } from './useKeptScroll';

export const ROW_ESTIMATE_PX = 92;
export const ROW_GAP_PX = 12;

/** What the list showed when it was last on the page. Lengths are in CSS pixels. */
export type ListMemory = {
  scrollTop: KeptScroll;
  /** Each row that was measured, by its session's id. */
  rows: VirtualItem[];
  /** Where the first row began, from the top of what scrolls. */
  top: number;
  /** The rows that were in view, and how far below the start of each the view began. */
  inView: readonly { key: VirtualItem['key']; belowStart: number }[];
};

export function newListMemory(): ListMemory {
  return { scrollTop: { current: 0 }, rows: [], top: 0, inView: [] };
}

/** Forgets the place, so that the list begins with the newest session. */
export function forgetPlace(memory: ListMemory): void {
  memory.scrollTop.current = 0;
  memory.inView = [];
}

/** Where to scroll to, so that the rows that were in view are there again, whatever came or went above them. */
export function placeIn({ scrollTop, rows, top, inView }: ListMemory, ids: readonly string[]): number {
  const indexes = new Map<VirtualItem['key'], number>(ids.map((id, index) => [id, index]));
  const anchor = inView.find(({ key }) => indexes.has(key));
  if (!anchor) return scrollTop.current;
  const sizes = new Map(rows.map(({ key, size }) => [key, size]));
  const above = ids.slice(0, indexes.get(anchor.key));
  const start = above.reduce((sum, id) => sum + (sizes.get(id) ?? ROW_ESTIMATE_PX) + ROW_GAP_PX, top);
  return start + anchor.belowStart;
}
