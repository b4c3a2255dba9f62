import { randomBytes } from 'node:crypto';
import { equalText } from './equalText.ts';
import { proofOf } from './proof.mjs';
import { S3Error } from '../errors.ts';

/** Keys with a session token and an expiry. `expiresAt` is epoch milliseconds. */
export type TemporaryKeys = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: number;
};

type PermanentKeys = { accessKeyId: string; secretAccessKey: string };

/** The accepted keys: the permanent ones, and issued temporary ones, as from STS. */
export class Keyring {
  private readonly temporary = new Map<string, TemporaryKeys>();
  private readonly permanent: PermanentKeys;

  constructor(permanent: PermanentKeys) {
    this.permanent = permanent;
  }

  /** @param expiresAt epoch milliseconds; a past time makes expired keys */
  issue(expiresAt: number): TemporaryKeys {
    const keys = {
      accessKeyId: `TEMP${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
      sessionToken: randomBytes(120).toString('base64url'),
      expiresAt,
    };
    this.temporary.set(keys.accessKeyId, keys);
    return keys;
  }

  /** Expires temporary keys early. */
  expire(accessKeyId: string): void {
    const keys = this.temporary.get(accessKeyId);
    if (keys) keys.expiresAt = 0;
  }

  /** The proof that this server holds the permanent secret (see `proof.mjs`). */
  prove(question: { nonce: string; address: string; port: number }): string {
    return proofOf(this.permanent.secretAccessKey, question);
  }

  /** Whether such keys exist, expired or not. */
  knows(accessKeyId: string): boolean {
    return accessKeyId === this.permanent.accessKeyId || this.temporary.has(accessKeyId);
  }

  /**
   * The secret of known keys.
   * @throws S3Error InvalidToken, ExpiredToken
   */
  secretOf(accessKeyId: string, sessionToken: string | undefined, now: number): string {
    const keys = this.temporary.get(accessKeyId);
    if (!equalText(keys?.sessionToken ?? '', sessionToken ?? '')) throw new S3Error('InvalidToken');
    if (keys && now >= keys.expiresAt) throw new S3Error('ExpiredToken');
    return keys?.secretAccessKey ?? this.permanent.secretAccessKey;
  }
}
