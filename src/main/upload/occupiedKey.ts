import { headBefore, type Transfer } from './transfer';
import { SESSION_METADATA } from './judgeObject';
import { objectExists } from './uploadFailures';

/**
 * Makes sure that writing to our key overwrites nothing but this session's own earlier bundle.
 * @returns whether the write may carry `If-None-Match: *`
 * @throws StoreFailure `ObjectExists`
 */
export async function requireFreeKey(transfer: Transfer): Promise<boolean> {
  const { key, ledger, capabilities } = transfer;
  const head = await headBefore(transfer);
  if (!head) return capabilities.conditionalWrites;
  if (head.metadata[SESSION_METADATA] !== ledger.state.sessionId) throw objectExists(key);
  return false;
}
