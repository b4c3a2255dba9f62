import { ObjectStoreError } from '../objectStore/objectStore';
import { mostParallelParts, type PartRange } from './partPlan';
import { readPart, type Transfer } from './transfer';

const RESENDS_WHEN_CORRUPT = 2;

/**
 * Sends parts in parallel, as many as the endpoint supports and a bandwidth limit can use. After a failure no further
 * part starts; parts in flight finish if that is useful, and are stopped otherwise.
 * @throws the first failure, once every acknowledged part is on disk
 */
export async function sendParts(transfer: Transfer, parts: readonly PartRange[]): Promise<void> {
  const lanes = new Lanes(transfer, parts);
  await lanes.run();
  await transfer.ledger.flush();
  if (lanes.failure) throw lanes.failure.error;
}

class Lanes {
  failure: { error: unknown } | null = null;
  private readonly waiting: PartRange[];
  private readonly stop = new AbortController();
  private readonly transfer: Transfer;
  private readonly begun: Promise<void>[] = [];
  private open = 0;

  constructor(transfer: Transfer, parts: readonly PartRange[]) {
    this.waiting = [...parts];
    this.transfer = { ...transfer, signal: AbortSignal.any([transfer.signal, this.stop.signal]) };
  }

  async run(): Promise<void> {
    this.transfer.concurrency.begin();
    this.openMore();
    // Also waits for senders that start meanwhile.
    for (const lane of this.begun) await lane;
  }

  private get limit(): number {
    const { concurrency, partSizeBytes, bandwidth } = this.transfer;
    return Math.min(concurrency.limit, mostParallelParts(partSizeBytes, bandwidth.bytesPerSecond));
  }

  private openMore(): void {
    if (this.failure) return;
    const wanted = Math.min(this.limit, this.open + this.waiting.length);
    while (this.open < wanted) {
      this.open += 1;
      this.begun.push(this.runLane());
    }
  }

  private async runLane(): Promise<void> {
    const { concurrency, buffers, signal } = this.transfer;
    for (let range = this.waiting.shift(); range; range = this.next()) {
      const part = range;
      try {
        await buffers.lend(part.size, signal, (buffer) => sendPart(this.transfer, part, buffer));
        // Fewer parts than the endpoint's limit were in flight, so the result says nothing about the limit.
        if (this.limit < concurrency.limit) concurrency.begin();
        else concurrency.acknowledged(part.size);
        this.openMore();
      } catch (error) {
        this.fail(error);
      }
    }
    this.open -= 1;
  }

  private next(): PartRange | undefined {
    return this.failure || this.open > this.limit ? undefined : this.waiting.shift();
  }

  private fail(error: unknown): void {
    // Parallel requests tend to fail together: count them once.
    if (!this.failure && saysTooMuch(error)) this.transfer.concurrency.backOff();
    this.failure ??= { error };
    if (!worthWaiting(error)) this.stop.abort();
  }
}

/** Repeats `send`, at most twice, if the server received a damaged body. */
export async function resendWhileCorrupt<T>(send: () => Promise<T>): Promise<T> {
  for (let resent = 0; ; resent++) {
    try {
      return await send();
    } catch (error) {
      const corrupt = error instanceof ObjectStoreError && error.verdict === 'corrupt';
      if (!corrupt || resent === RESENDS_WHEN_CORRUPT) throw error;
    }
  }
}

function sendPart(transfer: Transfer, range: PartRange, buffer: Buffer): Promise<void> {
  const { store, source, target, signal, bytes, ledger } = transfer;
  const { number, size } = range;
  return resendWhileCorrupt(async () => {
    bytes.forget(number);
    // Sending the rest of a deleted or changed file would be useless.
    await source.requireInPlace();
    const { body, checksum } = await readPart(transfer, range, buffer);
    signal.throwIfAborted();
    const { etag } = await store.uploadPart({
      key: target.key,
      uploadId: ledger.uploadId,
      number,
      body,
      checksum,
      onBytesSent: (sent) => bytes.sent(number, sent),
      signal,
    });
    ledger.addPart({ number, size, etag, checksum: checksum.value });
    bytes.acknowledge(number, size);
  }).finally(() => bytes.forget(number));
}

/** A single broken connection or a busy server does not affect the parts already in flight. */
function worthWaiting(error: unknown): boolean {
  return error instanceof ObjectStoreError && ['retry', 'throttle', 'corrupt'].includes(error.verdict);
}

const TIMEOUTS = ['Stalled', 'ETIMEDOUT', 'RequestTimeout'];

/** Whether fewer parallel parts may help. */
function saysTooMuch(error: unknown): boolean {
  return (
    error instanceof ObjectStoreError &&
    (error.verdict === 'throttle' || TIMEOUTS.includes(error.problem.code))
  );
}
