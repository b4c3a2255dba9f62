import type { UploadedPart } from '../../shared/upload';
import { ObjectStoreError, type ObjectHead, type WriteCondition } from '../objectStore/objectStore';
import { notThereYet, objectExists } from '../uploadFailures';
import { compareContent } from './compareContent';
import { isUnmarked, TOKEN_METADATA } from './judgeObject';
import { findVerified, foreignResult, headBefore } from './lookAtKey';
import type { Transfer, UploadResult } from './transfer';
import { findUploaded } from './uploadedObject';

/**
 * A condition under which a write overwrites nothing else, or the result if the object at the key already has the
 * file's content.
 */
export type FreeKey = { condition: WriteCondition } | { result: UploadResult };

type Known = {
  /** Whether an earlier attempt may have written the object already. */
  begunBefore: boolean;
  /** The object at the key, if it was just looked up. */
  head?: ObjectHead | null;
  /** The parts of the file, if already hashed. */
  parts?: readonly UploadedPart[];
};

/**
 * Ensures that writing to the key overwrites only what the target permits. Another upload's object with the same
 * content stays, and no write is needed.
 * @throws ObjectStoreError `ObjectExists`
 */
export async function assertKeyAvailable(transfer: Transfer, known: Known): Promise<FreeKey> {
  const { target, capabilities, ledger, now } = transfer;
  // The object at the key then changes nothing, and does not concern an earlier upload either.
  if (target.ifExists === 'replace' && !ledger.state.uploaded) return { condition: {} };
  const head = known.head === undefined ? await headBefore(transfer) : known.head;
  const isGuarded = target.ifExists !== 'replace';
  if (!head) return { condition: isGuarded && capabilities.conditionalWrites ? { ifNoneMatch: true } : {} };
  const isTheirs = isGuarded && !isOfThisUpload(head, transfer);
  const mayReplace = !isTheirs || (target.ifExists === 'replace-own' && isOwn(head, transfer));
  // If the owner's record of the upload was lost, an object with the same content need not be sent again.
  const { uploaded } = ledger.state;
  const isUnrecorded = isTheirs && (uploaded ? uploaded.foreign : !known.begunBefore);
  const isCompared = !mayReplace || isUnrecorded;
  if (isCompared && (await compareContent(transfer, head, known.parts)) === 'same')
    return { result: foreignResult(head, now()) };
  if (!mayReplace) throw objectExists(target.key);
  return { condition: isGuarded && capabilities.conditionalReplaces ? { ifMatch: head.etag } : {} };
}

/** Others may write to the key between each look and the following write. */
const MOST_TRIES = 3;

export type GuardedWrite = {
  what: Parameters<typeof findVerified>[1];
  /** The condition of the first attempt, and whether it comes from a look at the key. */
  condition: WriteCondition;
  hasLooked: boolean;
  /** Whether an earlier attempt may have written the object already. */
  begunBefore: boolean;
  /** @returns the server's refusal if the condition failed, or the result that the reply itself proves */
  send: (condition: WriteCondition) => Promise<ObjectStoreError | UploadResult | undefined>;
};

/**
 * Writes an object under a condition and verifies it. If the condition failed, the object at the key decides: this
 * upload's own, whose first reply was lost; one with the same content; one that may be replaced; or one that may not.
 * @throws ObjectStoreError `ObjectExists`
 */
export async function writeGuarded(
  transfer: Transfer,
  { what, condition, hasLooked, begunBefore, send }: GuardedWrite,
): Promise<UploadResult> {
  const { key } = transfer.target;
  let now = condition;
  for (let tries = 1; ; tries++) {
    const reply = await send(now);
    if (reply && !(reply instanceof ObjectStoreError)) return reply;
    const refusal = reply;
    // If refused right after a look, the object was most likely written: the reply to an earlier request was lost.
    const isLikely = !refusal || (hasLooked && tries === 1);
    const look = await findVerified(transfer, what, isLikely ? 'after' : 'before');
    const { found, head } = look;
    // The first request of an upload cannot have been refused because of the upload's own object.
    const isForeign = refusal && tries === 1 && !hasLooked && !begunBefore;
    if (found === 'verified')
      return isForeign && isUnmarked(look.head) ? foreignResult(look.head, transfer.now()) : look.result;
    if (!refusal) throw found === 'absent' ? notThereYet(key) : objectExists(key);
    if (tries === MOST_TRIES) throw found === 'absent' ? refusal : objectExists(key);
    const next = await assertKeyAvailable(transfer, { begunBefore, head, parts: what.parts });
    if ('result' in next) return next.result;
    const { condition: then } = next;
    // The server, or a gateway that changes ETags, refuses a condition that should hold: rely on the look before the
    // write.
    now = then.ifMatch !== undefined && then.ifMatch === now.ifMatch ? {} : then;
  }
}

/** Whether a write was refused because of its condition. The object to replace may be gone. */
export function isConditionRefusal(error: unknown, { ifMatch }: WriteCondition): error is ObjectStoreError {
  if (!(error instanceof ObjectStoreError)) return false;
  return error.verdict === 'conflict' || (ifMatch !== undefined && error.problem.code === 'NoSuchKey');
}

/** Whether this upload wrote the object, in this generation or in the previous, unfinished one. */
function isOfThisUpload(head: ObjectHead, { ledger }: Transfer): boolean {
  const { uploadToken, earlierToken } = ledger.state;
  const token = head.metadata[TOKEN_METADATA];
  return token !== undefined && (token === uploadToken || token === earlierToken);
}

/** Whether an earlier upload of the target's owner wrote the object. */
function isOwn(head: ObjectHead, { target, ledger }: Transfer): boolean {
  const { metadata, ownerEntry, key } = target;
  const owner = ownerEntry === undefined ? undefined : metadata[ownerEntry];
  if (owner !== undefined && head.metadata[ownerEntry!] === owner) return true;
  const { uploaded } = ledger.state;
  if (uploaded?.key !== key || uploaded.foreign) return false;
  if (head.metadata[TOKEN_METADATA] === uploaded.uploadToken) return true;
  // On a server that keeps no metadata, only the content identifies an earlier upload.
  return isUnmarked(head) && findUploaded(head, uploaded) === 'same';
}
