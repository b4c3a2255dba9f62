import { useEffect, useState } from 'react';
import { usePageShown } from './usePageShown';

/**
 * The wall clock in epoch milliseconds, renewed every `intervalMs` while the page can be seen: what counts down or up is
 * told the time by it.
 */
export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNowMs(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  usePageShown(() => setNowMs(Date.now()));
  return nowMs;
}
