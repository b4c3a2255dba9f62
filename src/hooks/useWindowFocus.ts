import { useEffect, useEffectEvent } from 'react';

/** Runs whenever the window is focused: the user may have changed something elsewhere. */
export function useWindowFocus(run: () => void): void {
  const onFocus = useEffectEvent(run);
  useEffect(() => {
    const listener = () => onFocus();
    window.addEventListener('focus', listener);
    return () => window.removeEventListener('focus', listener);
  }, []);
}
