import { ObjectStoreError, type ListedPart } from '../objectStore/objectStore';
import type { UploadedPart } from '../../shared/upload';
import { bareEtag, isEtagOf, provesContent } from './checksums';
import type { PartRange } from './partPlan';
import { readPart, type Transfer } from './transfer';

/**
 * The parts that need not be sent again: those that the server lists with the size and the ETag or checksum of the
 * local record, and those missing in the record whose content equals the file's. If listing is denied, uses the local
 * record, and Complete decides.
 * @throws ObjectStoreError with verdict `gone` if the server does not know the upload
 */
export async function reconcileParts(
  transfer: Transfer,
  plan: readonly PartRange[],
): Promise<UploadedPart[]> {
  const { ledger } = transfer;
  const recorded = new Map(ledger.multipart.parts.map((part) => [part.number, part]));
  const listed = await listParts(transfer);
  if (listed === 'denied') return plan.flatMap((range) => recorded.get(range.number) ?? []);
  const accepted: UploadedPart[] = [];
  for (const range of plan) {
    const theirs = listed.get(range.number);
    if (theirs?.size !== range.size) continue;
    const ours = recorded.get(range.number);
    const part = ours && agree(ours, theirs) ? ours : await recognise(transfer, range, theirs);
    if (part) accepted.push(part);
  }
  return accepted;
}

async function listParts({
  store,
  target: { key },
  signal,
  ledger,
}: Transfer): Promise<Map<number, ListedPart> | 'denied'> {
  try {
    const parts = await store.listParts({ key, uploadId: ledger.multipart.uploadId, signal });
    return new Map(parts.map((part) => [part.number, part]));
  } catch (error) {
    // Credentials without this permission, or a server without this operation; a wrong key fails at the next call
    // anyway.
    if (error instanceof ObjectStoreError && error.verdict === 'needs-user') return 'denied';
    throw error;
  }
}

function agree(ours: UploadedPart, theirs: ListedPart): boolean {
  return ours.size === theirs.size && bareEtag(ours.etag) === bareEtag(theirs.etag);
}

/** The record of a part that only the server knows, if the file has the same content there. */
function recognise(transfer: Transfer, range: PartRange, theirs: ListedPart): Promise<UploadedPart | null> {
  return transfer.buffers.lend(range.size, transfer.signal, async (buffer) => {
    const { body, checksum } = await readPart(transfer, range, buffer);
    const sameChecksum =
      theirs.checksum?.algorithm === checksum.algorithm && theirs.checksum.value === checksum.value;
    const isProven = sameChecksum ? provesContent(checksum, body, theirs.etag) : isEtagOf(body, theirs.etag);
    if (!isProven) return null;
    return { number: range.number, size: range.size, etag: theirs.etag, checksum: checksum.value };
  });
}

/**
 * Compares earlier parts with a file that may have changed, and records which ones still count. If Complete was sent,
 * the object may be complete already, so hashes the whole file.
 * @returns the parts that the object must have if it holds the current file, and whether all of them were sent as they
 * are now
 * @throws SourceChanged if the file changes meanwhile
 */
export async function rehashParts(
  transfer: Transfer,
  plan: readonly PartRange[],
): Promise<{ parts: readonly UploadedPart[]; areSame: boolean }> {
  const { source, ledger, buffers, partSizeBytes, signal, bytes } = transfer;
  const { multipart } = ledger;
  const recorded = new Map(multipart.parts.map((part) => [part.number, part]));
  const wanted = multipart.completeSentAt ? plan : plan.filter(({ number }) => recorded.has(number));
  const totalBytes = wanted.reduce((sum, { size }) => sum + size, 0);
  let doneBytes = 0;
  const parts: UploadedPart[] = [];
  const kept: UploadedPart[] = [];
  await buffers.lend(Math.min(partSizeBytes, source.identity.size), signal, async (buffer) => {
    for (const range of wanted) {
      signal.throwIfAborted();
      bytes.compared(doneBytes, totalBytes);
      const { number, size } = range;
      const { body, checksum } = await readPart(transfer, range, buffer);
      const etag = recorded.get(number)?.etag ?? '';
      const part = { number, size, etag, checksum: checksum.value };
      parts.push(part);
      if (isSame(recorded.get(number), part) && provesContent(checksum, body, etag)) kept.push(part);
      doneBytes += size;
    }
  });
  await source.requireUntouched();
  await ledger.saveParts(kept, source.identity);
  return { parts, areSame: kept.length === parts.length };
}

/** A part without a checksum, as older versions of the app may have recorded it, proves nothing. */
function isSame(recorded: UploadedPart | undefined, now: UploadedPart): boolean {
  return recorded?.size === now.size && recorded.checksum === now.checksum;
}
