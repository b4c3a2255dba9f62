import { StoreFailure } from '../types';
import { countLanes, type PartRange } from './partPlan';
import { readPart, type Transfer } from './transfer';

const RESENDS_WHEN_CORRUPT = 2;

/**
 * Sends parts over parallel lanes, each with one buffer that it reuses.
 * After a failure no further part is begun; parts under way run out where that is of use, and are stopped otherwise.
 * @throws the first failure, after every part that was acknowledged is on disk
 */
export async function sendParts(transfer: Transfer, parts: readonly PartRange[]): Promise<void> {
  const waiting = [...parts];
  const stop = new AbortController();
  const signal = AbortSignal.any([transfer.signal, stop.signal]);
  let failure: { error: unknown } | null = null;
  const lane = async () => {
    const buffer = Buffer.allocUnsafeSlow(Math.min(transfer.partSizeBytes, transfer.bundle.identity.size));
    for (let range = waiting.shift(); range && !failure; range = waiting.shift()) {
      try {
        await sendPart({ ...transfer, signal }, range, buffer);
      } catch (error) {
        failure ??= { error };
        if (!worthWaiting(error)) stop.abort();
      }
    }
  };
  const lanes = Math.min(countLanes(transfer.partSizeBytes), parts.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  await transfer.ledger.flush();
  throwIfFailed(failure);
}

/** Runs `send` again, twice at most, when the server found the body damaged on the way. */
export async function resendWhileCorrupt(send: () => Promise<void>): Promise<void> {
  for (let resent = 0; ; resent++) {
    try {
      return await send();
    } catch (error) {
      const corrupt = error instanceof StoreFailure && error.verdict === 'corrupt';
      if (!corrupt || resent === RESENDS_WHEN_CORRUPT) throw error;
    }
  }
}

function sendPart(transfer: Transfer, range: PartRange, buffer: Buffer): Promise<void> {
  const { store, bundle, key, signal, bytes, ledger } = transfer;
  const { number, size } = range;
  return resendWhileCorrupt(async () => {
    bytes.forget(number);
    // Sending the rest of a bundle that is gone or another by now would be in vain.
    await bundle.requireUnchanged();
    const { body, checksum } = await readPart(transfer, range, buffer);
    signal.throwIfAborted();
    const { etag } = await store.uploadPart({
      key,
      uploadId: ledger.multipart.uploadId,
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

/** One broken connection or a busy server says nothing against the parts already under way. */
function worthWaiting(error: unknown): boolean {
  return error instanceof StoreFailure && ['retry', 'throttle', 'corrupt'].includes(error.verdict);
}

function throwIfFailed(failure: { error: unknown } | null): void {
  if (failure) throw failure.error;
}
