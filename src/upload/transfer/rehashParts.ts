import type { UploadedPart } from '../../shared/upload';
import type { PartRange } from './partPlan';
import { readPart, type Transfer } from './transfer';

/**
 * Compares earlier parts with a file that may have changed, and records which ones still count. If Complete was sent,
 * the object may be complete already, so hashes the whole file.
 * @returns the parts that the object must have if it holds the current file
 * @throws SourceChanged if the file changes meanwhile
 */
export async function rehashParts(
  transfer: Transfer,
  plan: readonly PartRange[],
): Promise<readonly UploadedPart[]> {
  const { source, ledger, buffers, partSizeBytes, signal, bytes } = transfer;
  const { multipart } = ledger;
  const recorded = new Map(multipart.parts.map((part) => [part.number, part]));
  const wanted = multipart.completeSentAt ? plan : plan.filter(({ number }) => recorded.has(number));
  const totalBytes = wanted.reduce((sum, { size }) => sum + size, 0);
  let doneBytes = 0;
  const parts: UploadedPart[] = [];
  await buffers.lend(Math.min(partSizeBytes, source.identity.size), signal, async (buffer) => {
    for (const range of wanted) {
      signal.throwIfAborted();
      bytes.compared(doneBytes, totalBytes);
      const { number, size } = range;
      const { checksum } = await readPart(transfer, range, buffer);
      parts.push({ number, size, etag: recorded.get(number)?.etag ?? '', checksum: checksum.value });
      doneBytes += size;
    }
  });
  await source.requireUntouched();
  const kept = parts.filter((part) => isSame(recorded.get(part.number), part));
  await ledger.saveParts(kept, source.identity);
  return parts;
}

/** A part without a checksum, as older versions of the app may have recorded it, proves nothing. */
function isSame(recorded: UploadedPart | undefined, now: UploadedPart): boolean {
  return recorded?.size === now.size && recorded.checksum === now.checksum;
}
