import { StoreFailure, type Checksum } from '../objectStore/objectStore';
import type { UploadedPart } from '../../shared/upload';
import { requireFreeKey } from './occupiedKey';
import {
  findVerified,
  objectMetadata,
  readPart,
  requireVerified,
  type Transfer,
  type UploadResult,
} from './transfer';
import { requireBodyAsMade } from './expectedContent';
import { resendWhileCorrupt } from './sendParts';
import { notThereYet, objectExists } from '../uploadFailures';

type Reply = Awaited<ReturnType<Transfer['store']['putObject']>>;
type What = Parameters<typeof findVerified>[1];

/**
 * Uploads a file of at most one part with a single PUT.
 * @param begunBefore whether an earlier attempt may have written the object already
 */
export function putWhole(transfer: Transfer, begunBefore: boolean): Promise<UploadResult> {
  const { buffers, source, signal } = transfer;
  return buffers.lend(source.identity.size, signal, (buffer) => putFrom(buffer, transfer, begunBefore));
}

async function putFrom(buffer: Buffer, transfer: Transfer, begunBefore: boolean): Promise<UploadResult> {
  const { source, bytes } = transfer;
  const { size } = source.identity;
  const { body, checksum } = await readPart(transfer, { number: 1, offset: 0, size }, buffer);
  requireBodyAsMade(transfer, body);
  const part: UploadedPart = { number: 1, size, etag: '', checksum: checksum.value };
  const what = { parts: [part], isMultipart: false };
  if (begunBefore) {
    const found = await findVerified(transfer, what, 'before');
    if (typeof found === 'object') return found;
  }
  const result = await write(transfer, body, checksum, what);
  bytes.acknowledge(1, size);
  return result;
}

async function write(
  transfer: Transfer,
  body: Buffer,
  checksum: Checksum,
  what: What,
): Promise<UploadResult> {
  const { target, capabilities, source, bytes, now } = transfer;
  const byReply = target.proof === 'reply';
  // A condition on the write is one request less than a look before it.
  const looksLater = byReply && capabilities.conditionalWrites && target.ifExists !== 'replace';
  const ifNoneMatch = looksLater || (await requireFreeKey(transfer));
  await source.requireUntouched();
  bytes.startAt(0);
  const reply = await send(transfer, body, checksum, ifNoneMatch);
  if (byReply && isProof(reply, checksum))
    return { etag: reply.etag, versionId: reply.versionId, checksum: checksum.value, verifiedAt: now() };
  // Where the condition failed the server confirmed nothing: what stands there may be anybody's.
  const isRefused = looksLater && reply instanceof StoreFailure;
  const found = await findVerified(transfer, what, isRefused ? 'before' : 'after');
  if (typeof found === 'object') return found;
  if (found === 'absent') throw reply instanceof StoreFailure ? reply : notThereYet(target.key);
  if (!looksLater || (await requireFreeKey(transfer))) throw objectExists(target.key);
  // What stands there may be replaced.
  await send(transfer, body, checksum, false);
  return requireVerified(transfer, what);
}

/** Whether the server itself says what checksum it found in what it stored. An MD5 is only compared, never told. */
function isProof(reply: Reply | StoreFailure, checksum: Checksum): reply is Reply {
  if (reply instanceof StoreFailure) return false;
  const { checksum: told } = reply;
  return told?.algorithm === checksum.algorithm && told.value === checksum.value;
}

/** @returns the server's refusal when something stood at the key after all: our own object, perhaps */
async function send(
  transfer: Transfer,
  body: Buffer,
  checksum: Checksum,
  ifNoneMatch: boolean,
): Promise<Reply | StoreFailure> {
  const { store, target, signal, bytes } = transfer;
  const { key, contentType } = target;
  const metadata = objectMetadata(transfer);
  const onBytesSent = (sent: number) => bytes.sent(1, sent);
  try {
    return await resendWhileCorrupt(() => {
      bytes.forget(1);
      return store.putObject({
        key,
        body,
        contentType,
        metadata,
        checksum,
        ifNoneMatch,
        onBytesSent,
        signal,
      });
    });
  } catch (error) {
    if (error instanceof StoreFailure && error.verdict === 'conflict') return error;
    throw error;
  }
}
