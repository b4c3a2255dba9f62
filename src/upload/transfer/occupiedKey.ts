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
    target.ifExists === 'replace' || (target.ifExists === 'replace-own' && isOwn(head, transfer));
  if (!mayReplace) throw objectExists(target.key);
  return false;
}

/** Whether an earlier upload of the target's owner left the object. */
function isOwn(head: ObjectHead, { target, ledger }: Transfer): boolean {
  const { metadata, ownerEntry, key } = target;
  const { uploaded, uploadToken } = ledger.state;
  if (
    ownerEntry !== undefined &&
    ownerEntry in metadata &&
    head.metadata[ownerEntry] === metadata[ownerEntry]
  )
    return true;
  if (uploadToken !== undefined && head.metadata[TOKEN_METADATA] === uploadToken) return true;
  if (uploaded?.key !== key) return false;
  // A server that keeps no metadata tells an earlier upload by its content only.
  return (
    head.metadata[TOKEN_METADATA] === uploaded.uploadToken ||
    (isUnmarked(head) && findUploaded(head, uploaded) === 'same')
  );
}
