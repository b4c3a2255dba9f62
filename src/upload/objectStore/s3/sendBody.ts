import type { ClientRequest } from 'node:http';
import type { Writable } from 'node:stream';
import type { RateLimiter } from '../objectStore';

/** For larger bodies, a refusal should come before the body: the request uses `Expect: 100-continue`. */
export const ASK_FIRST_BYTES = 1024 * 1024;

const FIRST_SLICE_BYTES = 32 * 1024;
const LEAST_SLICE_BYTES = 16 * 1024;
const MOST_SLICE_BYTES = 1024 * 1024;
const QUICK_MS = 250;
const SLOW_MS = 1000;

/**
 * `onBytesSent`: bytes the system took since the last call; `onHandedOver`: it took the whole body, in so many
 * milliseconds.
 */
export type SendBodyOptions = {
  /** The request uses `Expect: 100-continue`. */
  asksFirst?: boolean;
  /** Called before every slice. */
  rateLimit?: RateLimiter;
  onBytesSent?: (bytes: number) => void;
  onHandedOver?: (tookMs: number) => void;
};

/** Sends the body and ends the request; with `Expect: 100-continue`, waits until the server agrees. */
export function sendBody(request: ClientRequest, body: Buffer | null, options: SendBodyOptions): void {
  if (!body) {
    request.end();
    return;
  }
  const write = () => {
    const callOff = writeInSlices(request, body, { ...options, onWritten: () => request.end() });
    request.once('close', callOff);
  };
  if (!options.asksFirst) return write();
  // A server without support for `Expect` stays silent: send anyway after a moment, as RFC 9110 §10.1.1 requires.
  const impatient = setTimeout(goOn, 1000);
  const stop = () => {
    clearTimeout(impatient);
    request.removeListener('continue', goOn);
  };
  function goOn(): void {
    stop();
    write();
  }
  request.once('continue', goOn);
  request.once('response', stop);
  request.once('close', stop);
}

const UNHURRIED: RateLimiter = {
  sliceBytes: (bytes) => bytes,
  acquire: (_bytes, go) => {
    go();
    return () => {};
  },
};

export type WriteOptions = Omit<SendBodyOptions, 'asksFirst'> & {
  /** The last slice was handed over. */
  onWritten?: () => void;
};

/**
 * Adapts slices to the speed of the link: a slice must not take as long as a stall, and small ones slow down a fast
 * link.
 * @returns a function that cancels a waiting slice
 */
export function writeInSlices(to: Writable, body: Buffer, options: WriteOptions): () => void {
  const { rateLimit = UNHURRIED } = options;
  let takenMs = 0;
  let sliceBytes = FIRST_SLICE_BYTES;
  let callOff = () => {};
  const writeFrom = (from: number) => {
    if (to.destroyed) return;
    if (from === body.length) {
      options.onHandedOver?.(takenMs);
      options.onWritten?.();
      return;
    }
    const slice = body.subarray(from, from + rateLimit.sliceBytes(sliceBytes));
    callOff = rateLimit.acquire(slice.length, () => write(slice, from));
  };
  const write = (slice: Buffer, from: number) => {
    if (to.destroyed) return;
    const writtenMs = performance.now();
    to.write(slice, (error) => {
      if (error) return;
      const tookMs = performance.now() - writtenMs;
      takenMs += tookMs;
      if (tookMs < QUICK_MS) sliceBytes = Math.min(sliceBytes * 2, MOST_SLICE_BYTES);
      if (tookMs > SLOW_MS) sliceBytes = Math.max(sliceBytes / 4, LEAST_SLICE_BYTES);
      options.onBytesSent?.(slice.length);
      writeFrom(from + slice.length);
    });
  };
  writeFrom(0);
  return () => callOff();
}
