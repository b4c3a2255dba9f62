import { useLayoutEffect, type RefObject } from 'react';
import { USER_INPUT } from './useScrollKeys';

/** The scroll position of an area, kept while the area is unmounted. */
export type KeptScroll = RefObject<number>;

/**
 * Restores an area's scroll position and tracks it. Content that loads later may be too short at first: restoring is
 * retried as the content grows, until the user scrolls.
 */
export function useKeptScroll(area: HTMLElement | null, kept: KeptScroll, isShown = true): void {
  useLayoutEffect(() => {
    if (!area || !isShown) return;
    let wanted = kept.current;
    const restore = () => {
      if (wanted > 0) area.scrollTop = wanted;
      if (Math.abs(area.scrollTop - wanted) <= 1) wanted = 0;
    };
    const note = () => {
      if (wanted === 0) kept.current = area.scrollTop;
    };
    const giveUp = () => (wanted = 0);
    const growth = new ResizeObserver(restore);
    for (const child of area.children) growth.observe(child);
    restore();
    area.addEventListener('scroll', note);
    for (const kind of USER_INPUT) area.addEventListener(kind, giveUp);
    return () => {
      growth.disconnect();
      area.removeEventListener('scroll', note);
      for (const kind of USER_INPUT) area.removeEventListener(kind, giveUp);
    };
  }, [area, kept, isShown]);
}
