import type { Transfer } from './transfer';
import { SESSION_METADATA } from './judgeObject';
import { objectExists } from './uploadFailures';

/**
 * Makes sure that writing to our key overwrites nothing but this session's own earlier bundle.
 * @returns whether the write may carry `If-None-Match: *`
 * @throws StoreFailure `ObjectExists`
 */
export async function requireFreeKey({
  store,
  key,
  signal,
  ledger,
  capabilities,
}: Transfer): Promise<boolean> {
  const head = await store.headObject({ key, signal });
  if (!head) return capabilities.conditionalWrites;
  if (head.metadata[SESSION_METADATA] !== ledger.state.sessionId) throw objectExists(key);
  return false;
}
