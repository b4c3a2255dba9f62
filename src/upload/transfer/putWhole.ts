import {
  ObjectStoreError,
  type Checksum,
  type ObjectHead,
  type WriteCondition,
} from '../objectStore/objectStore';
import type { UploadedPart } from '../../shared/upload';
import { bareEtag, base64ToHex, provesContent } from './checksums';
import { isConditionRefusal, assertKeyAvailable, writeGuarded } from './guardedWrite';
import { findVerified } from './lookAtKey';
import { objectMetadata, readPart, type Transfer, type UploadResult } from './transfer';
import { requireBodyAsMade } from './expectedContent';
import { resendWhileCorrupt } from './sendParts';
import { WholeFile } from './wholeFile';

/** For a file that is already in memory. */
const NO_BUFFER = Buffer.alloc(0);

type Reply = Awaited<ReturnType<Transfer['store']['putObject']>>;
type What = Parameters<typeof findVerified>[1];

/**
 * Uploads a file of at most one part with a single PUT.
 * @param begunBefore whether an earlier attempt may have written the object already
 */
export function putWhole(transfer: Transfer, begunBefore: boolean): Promise<UploadResult> {
  const { buffers, source, signal } = transfer;
  if (source instanceof WholeFile) return putFrom(NO_BUFFER, transfer, begunBefore);
  return buffers.lend(source.identity.size, signal, (buffer) => putFrom(buffer, transfer, begunBefore));
}

async function putFrom(buffer: Buffer, transfer: Transfer, begunBefore: boolean): Promise<UploadResult> {
  const { source, bytes } = transfer;
  const { size } = source.identity;
  const { body, checksum } = await readPart(transfer, { number: 1, offset: 0, size }, buffer);
  requireBodyAsMade(transfer, body);
  const part: UploadedPart = { number: 1, size, etag: '', checksum: checksum.value };
  const what = { parts: [part], isMultipart: false };
  let head: ObjectHead | null | undefined;
  if (begunBefore) {
    const look = await findVerified(transfer, what, 'before');
    const isProven = () => transfer.isVouchedFor || provesContent(checksum, body, look.head?.etag);
    if (look.found === 'verified' && isProven()) return look.result;
    head = look.head;
  }
  const result = await write(transfer, { body, checksum, what, head });
  bytes.acknowledge(1, size);
  return result;
}

type Writing = {
  body: Buffer;
  checksum: Checksum;
  what: What;
  /** The object that an earlier attempt may have left at the key; undefined if there was no attempt. */
  head: ObjectHead | null | undefined;
};

async function write(transfer: Transfer, { body, checksum, what, head }: Writing): Promise<UploadResult> {
  const { target, capabilities, source, bytes, now } = transfer;
  const byReply = target.proof === 'reply';
  // A condition on the write saves the request for a look before it.
  const isGuarded = target.ifExists !== 'replace';
  const begunBefore = head !== undefined;
  const looksLater = byReply && capabilities.conditionalWrites && isGuarded && !begunBefore;
  const key = looksLater
    ? { condition: { ifNoneMatch: true } }
    : await assertKeyAvailable(transfer, { begunBefore, head, parts: what.parts });
  if ('result' in key) return key.result;
  await source.requireUntouched();
  bytes.startAt(0);
  const send = async (under: WriteCondition) => {
    const reply = await put(transfer, body, checksum, under);
    if (reply instanceof ObjectStoreError) return reply;
    if (!byReply || !isProof(reply, checksum)) return undefined;
    const { etag, versionId, checksum: told } = reply;
    return { etag, versionId, checksum: told?.value, verifiedAt: now() };
  };
  const { condition } = key;
  const hasLooked = isGuarded && !looksLater && !begunBefore;
  return writeGuarded(transfer, { what, condition, hasLooked, begunBefore, send });
}

/** Whether the server returned the checksum of the stored object. For MD5, this is the ETag. */
function isProof({ checksum: told, etag }: Reply, { algorithm, value }: Checksum): boolean {
  if (algorithm === 'MD5') return bareEtag(etag) === base64ToHex(value);
  return told?.algorithm === algorithm && told.value === value;
}

/** @returns the server's refusal if the condition failed */
async function put(
  transfer: Transfer,
  body: Buffer,
  checksum: Checksum,
  condition: WriteCondition,
): Promise<Reply | ObjectStoreError> {
  const { store, target, signal, bytes } = transfer;
  const { key, contentType } = target;
  const metadata = objectMetadata(transfer);
  const onBytesSent = (sent: number) => bytes.sent(1, sent);
  try {
    return await resendWhileCorrupt(() => {
      bytes.forget(1);
      return store.putObject({
        ...{ key, body, contentType, metadata, checksum, onBytesSent, signal },
        ...condition,
      });
    });
  } catch (error) {
    if (!isConditionRefusal(error, condition)) throw error;
    return error;
  }
}
