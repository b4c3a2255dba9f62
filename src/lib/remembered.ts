/** Reads a value once and keeps it. A failed read is not kept: the next `get` reads again. */
export class Remembered<T> {
  #value: Promise<T> | null = null;
  readonly #read: () => Promise<T>;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Concurrent calls share one read, and reject with its error. */
  get(): Promise<T> {
    if (this.#value) return this.#value;
    const reading = this.#read();
    this.#value = reading;
    reading.catch(() => {
      if (this.#value === reading) this.#value = null;
    });
    return reading;
  }

  /** Makes the next `get` read again. */
  forget(): void {
    this.#value = null;
  }

  set(value: T): void {
    this.#value = Promise.resolve(value);
  }
}
