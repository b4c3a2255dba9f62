import type { ObjectHead } from '../objectStore/objectStore';
import { objectExists } from '../uploadFailures';
import { isUnmarked, TOKEN_METADATA } from './judgeObject';
import { headBefore, type Transfer } from './transfer';
import { findUploaded } from './uploadedObject';

/**
 * Makes sure that writing to the key overwrites nothing but what the target lets be overwritten.
 * @returns whether the write may carry `If-None-Match: *`
 * @throws StoreFailure `ObjectExists`
 */
export async function requireFreeKey(transfer: Transfer): Promise<boolean> {
  const { target, capabilities } = transfer;
  const head = await headBefore(transfer);
  if (!head) return capabilities.conditionalWrites && target.ifExists !== 'replace';
  const mayReplace =
    target.ifExists === 'replace' ||
    isOfThisUpload(head, transfer) ||
    (target.ifExists === 'replace-own' && isOwn(head, transfer));
  if (!mayReplace) throw objectExists(target.key);
  return false;
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
