import { useEffect, useEffectEvent } from 'react';

/** Runs whenever the page can be seen again after it could not: what was not drawn meanwhile is to be drawn now. */
export function usePageShown(run: () => void): void {
  const onShown = useEffectEvent(run);
  useEffect(() => {
    const listener = () => void (document.hidden || onShown());
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  }, []);
}
