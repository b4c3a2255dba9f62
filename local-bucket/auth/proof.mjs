import { createHmac } from 'node:crypto';

/** The path at which a client asks a server to prove that it holds the secret; no bucket can have this name. */
export const PROOF_PATH = '/.local-bucket/proof';
export const PROOF_HEADER = 'x-local-bucket-proof';
/** 32 random bytes in hex, so that no proof can be replayed. */
export const NONCE = /^[0-9a-f]{64}$/;

/**
 * A proof that only a holder of the secret can compute. It includes the server's address and port, so that another
 * server cannot forward the question and return the answer as its own.
 * @returns 64 hex digits
 */
export function proofOf(secret, { nonce, address, port }) {
  const plainAddress = address.replace(/^::ffff:(?=\d+\.)/, '');
  return createHmac('sha256', `local-bucket-proof-v1${secret}`)
    .update(`${plainAddress}\n${port}\n${nonce}`)
    .digest('hex');
}
