import { useEffect, useRef } from 'react';

/** Remembers what had the focus when something was laid over the page, and gives it back when that is gone. */
export function useReturnedFocus(isCovered: boolean): void {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (isCovered) return;
    const note = ({ target }: FocusEvent) => {
      before.current = target as Element;
    };
    if (before.current instanceof HTMLElement) before.current.focus();
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [isCovered]);
}
