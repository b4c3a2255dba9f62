import { useCallback, useEffect, useState } from 'react';

/** Long enough to be read. */
const SHOWN_MS = 4000;

/** A short message that goes away by itself; the same one shown again stays as long as a new one. */
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
