import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';

const PAGE_ROWS = 200;

/** Rows of a list that is too long to load at once. */
export type Pages<T> = {
  count: number;
  /** undefined until loaded. */
  get: (index: number) => T | undefined;
  /** Requests the missing rows of a range. Stable while the list is the same. */
  want: (first: number, last: number) => void;
  /** Why the last requested page failed. */
  error?: AppError;
};

/** @param load stable while the list is the same */
export function usePages<T>(
  count: number,
  load: (first: number, count: number) => Promise<Reply<T[]>>,
): Pages<T> {
  const [pages, setPages] = useState<ReadonlyMap<number, T[]>>(new Map());
  const [error, setError] = useState<AppError>();
  const asked = useRef(new Set<number>());
  useEffect(() => {
    const known = asked.current;
    return () => {
      known.clear();
      setPages(new Map());
    };
  }, [load]);

  const want = useCallback(
    (first: number, last: number) => {
      for (
        let page = Math.floor(first / PAGE_ROWS);
        page * PAGE_ROWS <= Math.min(last, count - 1);
        page += 1
      ) {
        if (asked.current.has(page)) continue;
        asked.current.add(page);
        void load(page * PAGE_ROWS, PAGE_ROWS).then((reply) => {
          setError(reply.ok ? undefined : reply.error);
          if (reply.ok) setPages((now) => new Map(now).set(page, reply.value));
          else asked.current.delete(page);
        });
      }
    },
    [count, load],
  );
  const get = useCallback(
    (index: number) => pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    [pages],
  );
  return useMemo(() => ({ count, get, want, error }), [count, get, want, error]);
}
