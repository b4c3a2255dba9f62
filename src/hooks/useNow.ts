import { useEffect, useState } from 'react';
import { usePageShown } from './usePageShown';

/**
 * The wall clock in epoch milliseconds, updated every `intervalMs` while the page is visible. For countdowns and ages.
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
