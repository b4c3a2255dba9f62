import { MAX_IN_FLIGHT_BYTES } from './partPlan';

type Waiting = { sizeBytes: number; go: () => void };

/**
 * Buffers for parts and small files of all uploads in a process: at most 80 MiB, for any number of files and parts.
 * Leased in the order of the calls. Returned buffers are kept as weak references, so that an idle app holds none.
 */
export class PartBuffers {
  private returned: WeakRef<Buffer>[] = [];
  private lentBytes = 0;
  private waiting: Waiting[] = [];

  constructor(private readonly budgetBytes = MAX_IN_FLIGHT_BYTES) {}

  /**
   * Runs `use` with a buffer of at least `sizeBytes`, which is reused once the result settles. Waits for room in the
   * budget; a buffer larger than the whole budget waits until no other is in use.
   * @throws the error of `use`, or the signal's reason
   */
  async lend<T>(sizeBytes: number, signal: AbortSignal, use: (buffer: Buffer) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.waiting.length > 0 || !this.hasRoom(sizeBytes)) await this.turn(sizeBytes, signal);
    else this.lentBytes += sizeBytes;
    const buffer = this.find(sizeBytes) ?? Buffer.allocUnsafeSlow(sizeBytes);
    try {
      return await use(buffer);
    } finally {
      this.returned.push(new WeakRef(buffer));
      this.giveBack(sizeBytes);
    }
  }

  private hasRoom(sizeBytes: number): boolean {
    return this.lentBytes === 0 || this.lentBytes + sizeBytes <= this.budgetBytes;
  }

  /** Resolves once the bytes are reserved for this caller. */
  private turn(sizeBytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting = this.waiting.filter((one) => one !== waiting);
        reject(signal.reason as Error);
        this.serve();
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiting = { sizeBytes, go };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiting);
    });
  }

  private giveBack(sizeBytes: number): void {
    this.lentBytes -= sizeBytes;
    this.serve();
  }

  private serve(): void {
    for (let next = this.waiting[0]; next && this.hasRoom(next.sizeBytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.lentBytes += next.sizeBytes;
      next.go();
    }
  }

  /** A returned buffer that is large enough, but at most twice as large as needed. */
  private find(sizeBytes: number): Buffer | undefined {
    let found: WeakRef<Buffer> | undefined;
    this.returned = this.returned.filter((reference) => {
      const length = reference.deref()?.length;
      if (length === undefined) return false;
      if (found || length < sizeBytes || length > 2 * sizeBytes) return true;
      found = reference;
      return false;
    });
    return found?.deref();
  }
}
