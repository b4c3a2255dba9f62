import { useEffect, useState } from 'react';

/** The wall clock in epoch milliseconds, renewed every `intervalMs`: what counts down or up is told the time by it. */
export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return nowMs;
}
