import { useEffect } from 'react';

const LINE_PX = 40;
const FRAMES = 10;

/**
 * Lets the keys that scroll a page scroll `area` while the focus is outside of it, e.g. nowhere or in the header. Inside
 * of it the browser does so by itself.
 */
export function useScrollKeys(area: HTMLElement | null, isOn = true): void {
  useEffect(() => {
    if (!area || !isOn) return;
    const onKey = (event: KeyboardEvent) => {
      const top = topAfter(event, area);
      if (top === undefined || event.defaultPrevented || meansSomethingElse(event, area)) return;
      event.preventDefault();
      if (event.key === 'End') scrollToEnd(area);
      else area.scrollTo({ top });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [area, isOn]);
}

function topAfter({ key, ctrlKey, altKey, metaKey }: KeyboardEvent, area: HTMLElement): number | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  const page = area.clientHeight - LINE_PX;
  const tops: Readonly<Record<string, number>> = {
    Home: 0,
    End: area.scrollHeight,
    PageUp: area.scrollTop - page,
    PageDown: area.scrollTop + page,
    ArrowUp: area.scrollTop - LINE_PX,
    ArrowDown: area.scrollTop + LINE_PX,
  };
  return tops[key];
}

/** Rows that come into view are measured and may be higher than estimated: the end moves for some frames. */
function scrollToEnd(area: HTMLElement): void {
  let left = FRAMES;
  const step = () => {
    area.scrollTo({ top: area.scrollHeight });
    left -= 1;
    if (left > 0) requestAnimationFrame(step);
  };
  step();
}

function meansSomethingElse({ target }: KeyboardEvent, area: HTMLElement): boolean {
  if (document.querySelector('[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]'))
    return true;
  if (!(target instanceof Element)) return false;
  return area.contains(target) || target.closest('input, textarea, select, [role="slider"]') !== null;
}
