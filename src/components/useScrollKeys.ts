import { useEffect } from 'react';

const LINE_PX = 40;
/** The end counts as reached after this many frames without movement. */
const CALM_FRAMES = 10;
/** The user's input events that may scroll elsewhere. */
export const USER_INPUT = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;

/**
 * Lets the scroll keys scroll `area` while the focus is outside of it, e.g. nowhere or in the header. Inside of it the
 * browser does so itself, except for the end of a list that measures its rows only when they come into view.
 */
export function useScrollKeys(area: HTMLElement | null, isOn = true): void {
  useEffect(() => {
    if (!area || !isOn) return;
    let stop = () => {};
    const stopNow = () => stop();
    const onKey = (event: KeyboardEvent) => {
      const top = topAfter(event, area);
      if (top === undefined || event.defaultPrevented || meansSomethingElse(event, area)) return;
      event.preventDefault();
      if (event.key === 'End') stop = scrollToEnd(area);
      else area.scrollTo({ top });
    };
    // Capturing, to stop before the key's own handler: any key may request another position.
    for (const kind of USER_INPUT) document.addEventListener(kind, stopNow, true);
    document.addEventListener('keydown', onKey);
    return () => {
      stop();
      for (const kind of USER_INPUT) document.removeEventListener(kind, stopNow, true);
      document.removeEventListener('keydown', onKey);
    };
  }, [area, isOn]);
}

function topAfter({ key, ctrlKey, altKey, metaKey, shiftKey }: KeyboardEvent, area: HTMLElement) {
  if (ctrlKey || altKey || metaKey) return undefined;
  const page = area.clientHeight - LINE_PX;
  const tops: Readonly<Record<string, number>> = {
    Home: 0,
    End: area.scrollHeight,
    PageUp: area.scrollTop - page,
    PageDown: area.scrollTop + page,
    ArrowUp: area.scrollTop - LINE_PX,
    ArrowDown: area.scrollTop + LINE_PX,
    ' ': area.scrollTop + (shiftKey ? -page : page),
  };
  return tops[key];
}

/**
 * Rows that come into view may be higher than estimated, so the end moves for some frames.
 * @returns a function that stops the scrolling
 */
function scrollToEnd(area: HTMLElement): () => void {
  let end = -1;
  let calm = 0;
  let frame = 0;
  const step = () => {
    calm = area.scrollHeight === end ? calm + 1 : 0;
    end = area.scrollHeight;
    area.scrollTo({ top: end });
    if (calm < CALM_FRAMES) frame = requestAnimationFrame(step);
  };
  step();
  return () => cancelAnimationFrame(frame);
}

function meansSomethingElse({ key, target }: KeyboardEvent, area: HTMLElement): boolean {
  if (document.querySelector('[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]'))
    return true;
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [role="slider"], pre')) return true;
  // Space presses the focused control.
  if (key === ' ') return target !== document.body;
  return area.contains(target) && key !== 'Home' && key !== 'End';
}
