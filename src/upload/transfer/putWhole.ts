import { StoreFailure } from '../objectStore/objectStore';
import type { UploadedPart } from '../../shared/upload';
import { requireFreeKey } from './occupiedKey';
import { findVerified, objectMetadata, readPart, type Transfer, type UploadResult } from './transfer';
import { requireBodyAsMade } from './expectedContent';
import { resendWhileCorrupt } from './sendParts';
import { notThereYet, objectExists } from '../uploadFailures';

/**
 * Uploads a file of at most one part with a single PUT.
 * @param begunBefore whether an earlier attempt may have written the object already
 */
export async function putWhole(transfer: Transfer, begunBefore: boolean): Promise<UploadResult> {
  const { source, bytes, target } = transfer;
  const { size } = source.identity;
  const range = { number: 1, offset: 0, size };
  const { body, checksum } = await readPart(transfer, range, Buffer.allocUnsafeSlow(size));
  requireBodyAsMade(transfer, body);
  const part: UploadedPart = { number: 1, size, etag: '', checksum: checksum.value };
  const what = { parts: [part], isMultipart: false };
  if (begunBefore) {
    const found = await findVerified(transfer, what, 'before');
    if (typeof found === 'object') return found;
  }
  const ifNoneMatch = await requireFreeKey(transfer);
  await source.requireUntouched();
  bytes.startAt(0);
  const conflict = await send(transfer, body, ifNoneMatch);
  const found = await findVerified(transfer, what, 'after');
  if (found === 'foreign') throw objectExists(target.key);
  if (found === 'absent') throw conflict ?? notThereYet(target.key);
  bytes.acknowledge(1, size);
  return found;
}

/** @returns the server's refusal when something stood at the key after all: our own object, perhaps */
async function send(transfer: Transfer, body: Buffer, ifNoneMatch: boolean): Promise<StoreFailure | null> {
  const { store, target, signal, bytes, hash } = transfer;
  const { key, contentType } = target;
  try {
    await resendWhileCorrupt(async () => {
      bytes.forget(1);
      await store.putObject({
        key,
        body,
        contentType,
        metadata: objectMetadata(transfer),
        checksum: hash(body),
        ifNoneMatch,
        onBytesSent: (sent) => bytes.sent(1, sent),
        signal,
      });
    });
    return null;
  } catch (error) {
    if (error instanceof StoreFailure && error.verdict === 'conflict') return error;
    throw error;
  }
}
