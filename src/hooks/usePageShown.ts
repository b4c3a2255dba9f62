import { useEffect, useEffectEvent } from 'react';

/** Runs each time the page becomes visible again, to render skipped updates. */
export function usePageShown(run: () => void): void {
  const onShown = useEffectEvent(run);
  useEffect(() => {
    const listener = () => void (document.hidden || onShown());
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  }, []);
}
