import type { VirtualItem } from '@tanstack/react-virtual';
import type { KeptScroll } from './useKeptScroll';

export const ROW_ESTIMATE_PX = 92;
export const ROW_GAP_PX = 12;

/** The list's state when it was last rendered. Lengths are in CSS pixels. */
export type ListMemory = {
  scrollTop: KeptScroll;
  /** Every measured row, by its session's id. */
  rows: VirtualItem[];
  /** The offset of the first row from the top of the scrolling content. */
  top: number;
  /** The rows in view, and the distance from the start of each to the top of the view. */
  inView: readonly { key: VirtualItem['key']; belowStart: number }[];
};

export function newListMemory(): ListMemory {
  return { scrollTop: { current: 0 }, rows: [], top: 0, inView: [] };
}

/** Forgets the position, so that the list begins with the newest session. */
export function forgetPlace(memory: ListMemory): void {
  memory.scrollTop.current = 0;
  memory.inView = [];
}

/** The scroll position that shows the same rows again, whatever rows were added or removed above them. */
export function placeIn({ scrollTop, rows, top, inView }: ListMemory, ids: readonly string[]): number {
  const indexes = new Map<VirtualItem['key'], number>(ids.map((id, index) => [id, index]));
  const anchor = inView.find(({ key }) => indexes.has(key));
  if (!anchor) return scrollTop.current;
  const sizes = new Map(rows.map(({ key, size }) => [key, size]));
  const above = ids.slice(0, indexes.get(anchor.key));
  const start = above.reduce((sum, id) => sum + (sizes.get(id) ?? ROW_ESTIMATE_PX) + ROW_GAP_PX, top);
  return start + anchor.belowStart;
}
