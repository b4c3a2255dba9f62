import { headBefore, type Transfer } from './transfer';
import { isUnmarked, SESSION_METADATA } from './judgeObject';
import { findUploaded } from './uploadedObject';
import { objectExists } from '../uploadFailures';

/**
 * Makes sure that writing to our key overwrites nothing but this session's own earlier bundle.
 * @returns whether the write may carry `If-None-Match: *`
 * @throws StoreFailure `ObjectExists`
 */
export async function requireFreeKey(transfer: Transfer): Promise<boolean> {
  const { key, ledger, capabilities } = transfer;
  const head = await headBefore(transfer);
  if (!head) return capabilities.conditionalWrites;
  if (head.metadata[SESSION_METADATA] === ledger.state.sessionId) return false;
  // A server that keeps no metadata tells an earlier bundle of this session by its content only.
  const { uploaded } = ledger.state;
  const isEarlier = isUnmarked(head) && uploaded?.key === key && findUploaded(head, uploaded) === 'same';
  if (!isEarlier) throw objectExists(key);
  return false;
}
