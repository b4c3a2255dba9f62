/**
 * A process may have about a thousand files open, and has only a few threads to read them: more at once is no faster.
 */
export const FILES_AT_ONCE = 32;

/** Runs at most `places` tasks at once; the others wait in order of arrival. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Runs `work` for each item, at most `places` at once. Resolves to the results in the order of the items. */
export function mapConcurrently<T, R>(
  items: readonly T[],
  places: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const semaphore = new Semaphore(places);
  return Promise.all(items.map((item) => semaphore.run(() => work(item))));
}

/**
 * Runs tasks with the same key one after another, in the order of the calls. Tasks with different keys run in parallel.
 */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    // The next task runs even if the previous one failed; the caller of that one got the error.
    const result = before.then(work, work);
    this.#last.set(key, result);
    const forget = () => void (this.#last.get(key) === result && this.#last.delete(key));
    result.then(forget, forget);
    return result;
  }
}

/** Runs async work one at a time, in the order of the calls. A failure does not affect later work. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.tail.then(work);
    this.tail = done.catch(() => undefined);
    return done;
  }
}
