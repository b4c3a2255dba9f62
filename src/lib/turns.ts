/** A process may have about a thousand files open, and only a few threads to read them: more at once is no faster. */
export const FILES_AT_ONCE = 32;

/** Lets at most `places` works run at once; the others wait, in the order they came. */
export class Turns {
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

/** What `work` answers for each of `items`, in their order, with at most `places` of them at work at once. */
export function inTurns<T, R>(
  items: readonly T[],
  places: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const turns = new Turns(places);
  return Promise.all(items.map((item) => turns.run(() => work(item))));
}

/** Runs the works of one key one at a time, in the order of the calls. Works of different keys run side by side. */
export class TurnsByKey {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    // The next work runs even if the one before failed; its caller was told.
    const result = before.then(work, work);
    this.#last.set(key, result);
    const forget = () => void (this.#last.get(key) === result && this.#last.delete(key));
    result.then(forget, forget);
    return result;
  }
}
