import { StoreFailure, type ObjectHead, type WriteCondition } from '../objectStore/objectStore';
import { notThereYet, objectExists } from '../uploadFailures';
import { isUnmarked, TOKEN_METADATA } from './judgeObject';
import { findVerified, headBefore, type Transfer, type UploadResult } from './transfer';
import { findUploaded } from './uploadedObject';

/**
 * Makes sure that writing to the key overwrites nothing but what the target lets be overwritten.
 * @returns the condition under which nothing that came since is overwritten either
 * @throws StoreFailure `ObjectExists`
 */
export async function requireFreeKey(transfer: Transfer): Promise<WriteCondition> {
  const { target, capabilities, ledger } = transfer;
  // What stands there then changes nothing, and is no answer about an earlier upload either.
  if (target.ifExists === 'replace' && !ledger.state.uploaded) return {};
  const head = await headBefore(transfer);
  const isGuarded = target.ifExists !== 'replace';
  if (!head) return isGuarded && capabilities.conditionalWrites ? { ifNoneMatch: true } : {};
  const mayReplace =
    target.ifExists === 'replace' ||
    isOfThisUpload(head, transfer) ||
    (target.ifExists === 'replace-own' && isOwn(head, transfer));
  if (!mayReplace) throw objectExists(target.key);
  return isGuarded && capabilities.conditionalReplaces ? { ifMatch: head.etag } : {};
}

/** Others may write to the key between each look and the write behind it. */
const MOST_TRIES = 3;

export type GuardedWrite = {
  what: Parameters<typeof findVerified>[1];
  /** The condition of the first try, and whether a look at the key gave it. */
  condition: WriteCondition;
  hasLooked: boolean;
  /** @returns the server's refusal where the condition did not hold, or what the reply itself proves */
  send: (condition: WriteCondition) => Promise<StoreFailure | UploadResult | undefined>;
};

/**
 * Writes an object under a condition, and finds it verified. Where the condition failed, what stands at the key decides:
 * this upload's own object, whose first reply was lost; an object that may be replaced; or one that may not.
 * @throws StoreFailure `ObjectExists`
 */
export async function writeGuarded(
  transfer: Transfer,
  { what, condition, hasLooked, send }: GuardedWrite,
): Promise<UploadResult> {
  const { key } = transfer.target;
  let now = condition;
  for (let tries = 1; ; tries++) {
    const reply = await send(now);
    if (reply && !(reply instanceof StoreFailure)) return reply;
    const refusal = reply;
    // Refused right after a look, it is most likely written: the reply to an earlier request got lost.
    const isLikely = !refusal || (hasLooked && tries === 1);
    const found = await findVerified(transfer, what, isLikely ? 'after' : 'before');
    if (typeof found === 'object') return found;
    if (!refusal) throw found === 'absent' ? notThereYet(key) : objectExists(key);
    if (tries === MOST_TRIES) throw found === 'absent' ? refusal : objectExists(key);
    const next = await requireFreeKey(transfer);
    // The server, or a gateway that changes ETags, refuses what should hold: the look before the write has to do.
    now = next.ifMatch !== undefined && next.ifMatch === now.ifMatch ? {} : next;
  }
}

/** Whether a write was refused for its condition. An object that was to be replaced may be gone. */
export function isConditionRefusal(error: unknown, { ifMatch }: WriteCondition): error is StoreFailure {
  if (!(error instanceof StoreFailure)) return false;
  return error.verdict === 'conflict' || (ifMatch !== undefined && error.problem.code === 'NoSuchKey');
}

/** Whether this upload wrote the object, in this generation or in the one before, which could not be finished. */
function isOfThisUpload(head: ObjectHead, { ledger }: Transfer): boolean {
  const { uploadToken, earlierToken } = ledger.state;
  const token = head.metadata[TOKEN_METADATA];
  return token !== undefined && (token === uploadToken || token === earlierToken);
}

/** Whether an earlier upload of the target's owner left the object. */
function isOwn(head: ObjectHead, { target, ledger }: Transfer): boolean {
  const { metadata, ownerEntry, key } = target;
  const owner = ownerEntry === undefined ? undefined : metadata[ownerEntry];
  if (owner !== undefined && head.metadata[ownerEntry!] === owner) return true;
  const { uploaded } = ledger.state;
  if (uploaded?.key !== key) return false;
  if (head.metadata[TOKEN_METADATA] === uploaded.uploadToken) return true;
  // A server that keeps no metadata tells an earlier upload by its content only.
  return isUnmarked(head) && findUploaded(head, uploaded) === 'same';
}
