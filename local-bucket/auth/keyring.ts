import { randomBytes } from 'node:crypto';
import { equalText } from './equalText.ts';
import { proofOf } from './proof.mjs';
import { S3Error } from '../errors.ts';

/** Keys that come with a session token and end. `expiresAt` is epoch milliseconds. */
export type TemporaryKeys = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: number;
};

type PermanentKeys = { accessKeyId: string; secretAccessKey: string };

/** Who may speak to this server: whoever holds the permanent keys, or temporary ones that were issued, as by STS. */
export class Keyring {
  private readonly temporary = new Map<string, TemporaryKeys>();
  private readonly permanent: PermanentKeys;

  constructor(permanent: PermanentKeys) {
    this.permanent = permanent;
  }

  /** @param expiresAt epoch milliseconds; a time that has passed makes keys that were good once */
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

  /** Ends temporary keys before their time. */
  expire(accessKeyId: string): void {
    const keys = this.temporary.get(accessKeyId);
    if (keys) keys.expiresAt = 0;
  }

  /** What the holder of the permanent secret answers to a question (see `proof.mjs`). */
  prove(question: { nonce: string; address: string; port: number }): string {
    return proofOf(this.permanent.secretAccessKey, question);
  }

  /** Whether there are such keys at all, expired or not. */
  knows(accessKeyId: string): boolean {
    return accessKeyId === this.permanent.accessKeyId || this.temporary.has(accessKeyId);
  }

  /**
   * The secret that belongs to known keys.
   * @throws S3Error InvalidToken, ExpiredToken
   */
  secretOf(accessKeyId: string, sessionToken: string | undefined, now: number): string {
    const keys = this.temporary.get(accessKeyId);
    if (!equalText(keys?.sessionToken ?? '', sessionToken ?? '')) throw new S3Error('InvalidToken');
    if (keys && now >= keys.expiresAt) throw new S3Error('ExpiredToken');
    return keys?.secretAccessKey ?? this.permanent.secretAccessKey;
  }
}
