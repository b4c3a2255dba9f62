import { MAX_IN_FLIGHT_BYTES } from './partPlan';

type Waiting = { sizeBytes: number; go: () => void };

/**
 * The memory that all uploads of a process read parts and small files into: 80 MiB, however many files and parts travel
 * at once. Buffers are lent in the order of the calls. Those not on loan are kept for the next upload, weakly, so that an
 * idle app holds none.
 */
export class PartBuffers {
  private returned: WeakRef<Buffer>[] = [];
  private lentBytes = 0;
  private waiting: Waiting[] = [];

  constructor(private readonly budgetBytes = MAX_IN_FLIGHT_BYTES) {}

  /**
   * Runs `use` with a buffer of at least `sizeBytes`, which is lent to others once the result settles. Waits until the
   * budget has room; a buffer larger than the whole budget is lent when no other is.
   * @throws what `use` throws, or the signal's reason
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

  /** Resolves once the bytes are this caller's. */
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

  /** A kept buffer that fits without wasting more than it holds. */
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
