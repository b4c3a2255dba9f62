import { useCallback, useEffect, useState } from 'react';

/** Long enough to read. */
const SHOWN_MS = 4000;

/** A short message that disappears by itself; showing it again restarts its time. */
export function useTransient<T>(): [shown: T | undefined, show: (value: T | undefined) => void] {
  const [shown, setShown] = useState<{ value: T }>();
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const show = useCallback(
    (value: T | undefined) => setShown(value === undefined ? undefined : { value }),
    [],
  );
  return [shown?.value, show];
}
