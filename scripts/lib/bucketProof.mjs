import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { PROOF_HEADER, PROOF_PATH, proofOf } from '../../local-bucket/auth/proof.mjs';

/** The local bucket answers at once; another server might never answer. */
const ANSWER_MS = 5000;

/**
 * Whether the server at an endpoint is the local bucket with this secret. Sends only a random number.
 * @returns a promise that never rejects
 */
export function provesItself({ endpoint, secretAccessKey }) {
  return new Promise((resolve) => {
    const nonce = randomBytes(32).toString('hex');
    const request = http.get(`${endpoint}${PROOF_PATH}?nonce=${nonce}`, { agent: false });
    const timer = setTimeout(() => end(false), ANSWER_MS);
    const end = (answer) => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    request.on('error', () => end(false));
    request.on('response', ({ headers, socket: { remoteAddress: address, remotePort: port } }) => {
      const given = Buffer.from(String(headers[PROOF_HEADER]));
      const wanted = Buffer.from(proofOf(secretAccessKey, { nonce, address, port }));
      end(given.length === wanted.length && timingSafeEqual(given, wanted));
    });
  });
}
