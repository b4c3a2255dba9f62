import { SecretLocked, type SecretBox } from '../../src/shared/runtime';

/** A keychain that reverses text: enough to tell ciphertext from clear text. */
export class FakeSecretBox implements SecretBox {
  /** Whether decrypting works, as on another account it does not. */
  readable = true;
  /** Whether the keychain is locked. */
  locked = false;

  constructor(public strong = true) {}

  async encrypts(): Promise<boolean> {
    return this.strong;
  }

  async encrypt(plain: string): Promise<string> {
    if (this.locked) throw new SecretLocked('the keychain is locked');
    return Buffer.from([...plain].toReversed().join('')).toString('base64');
  }

  async decrypt(cipher: string): Promise<string> {
    if (this.locked) throw new SecretLocked('the keychain is locked');
    if (!this.readable) throw new Error('made on another computer');
    return [...Buffer.from(cipher, 'base64').toString()].toReversed().join('');
  }
}
