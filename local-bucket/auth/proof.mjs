import { createHmac } from 'node:crypto';

/** Where a client asks a server to prove that it holds the secret; no bucket can have this name. */
export const PROOF_PATH = '/.local-bucket/proof';
export const PROOF_HEADER = 'x-local-bucket-proof';
/** 32 random bytes in hex: the same proof is never asked for twice. */
export const NONCE = /^[0-9a-f]{64}$/;

/**
 * What only a holder of the secret can answer. The address and port of the server are part of it, so that another server
 * cannot pass the question on and hand out the answer as its own.
 * @returns 64 hex digits
 */
export function proofOf(secret, { nonce, address, port }) {
  const plainAddress = address.replace(/^::ffff:(?=\d+\.)/, '');
  return createHmac('sha256', `local-bucket-proof-v1${secret}`)
    .update(`${plainAddress}\n${port}\n${nonce}`)
    .digest('hex');
}
