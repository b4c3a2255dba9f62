import type { SafeStorage } from 'electron';
import { SecretLocked, type Logger, type SecretBox } from '../../shared/runtime';

/** The prefix of Chromium's ciphertext on Linux when its key is the fixed one, which is public. */
const FIXED_KEY_VERSION = 'v10';

export type SecretParts = {
  /** Only the asynchronous calls: on Linux they use the keyring without blocking. */
  safeStorage: Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'>;
  platform: NodeJS.Platform;
  log: Pick<Logger, 'warn'>;
};

/** Encrypts with the system's keychain through Electron's safeStorage. */
export function makeSecretBox(parts: SecretParts): SecretBox {
  const { safeStorage, platform, log } = parts;
  return {
    async encrypts() {
      if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
      // Linux reports availability and the desktop's expected keyring even without a keyring; only a probe tells.
      return platform !== 'linux' || hasOwnKey(safeStorage, log);
    },
    async encrypt(plain) {
      return (await safeStorage.encryptStringAsync(plain)).toString('base64');
    },
    async decrypt(cipher) {
      const encrypted = Buffer.from(cipher, 'base64');
      try {
        return (await safeStorage.decryptStringAsync(encrypted)).result;
      } catch (cause) {
        const isLocked = TRY_AGAIN.test(String(cause)) || (await lacksKeyring(encrypted, parts));
        throw isLocked ? new SecretLocked(String(cause), { cause }) : cause;
      }
    },
  };
}

/** Part of Electron's error for a locked keychain or a dismissed keychain prompt. */
const TRY_AGAIN = /temporarily unavailable/;

/** On Linux a locked keyring looks like a missing one, and its ciphertext like damaged text. */
async function lacksKeyring(
  encrypted: Buffer,
  { safeStorage, platform, log }: SecretParts,
): Promise<boolean> {
  if (platform !== 'linux' || versionOf(encrypted) === FIXED_KEY_VERSION) return false;
  return !(await safeStorage.isAsyncEncryptionAvailable()) || !(await hasOwnKey(safeStorage, log));
}

const versionOf = (encrypted: Buffer) => encrypted.toString('latin1', 0, FIXED_KEY_VERSION.length);

/** Whether encryption uses a key from the keyring. False if nothing can be encrypted. */
async function hasOwnKey(safeStorage: SecretParts['safeStorage'], log: SecretParts['log']): Promise<boolean> {
  try {
    const probe = await safeStorage.encryptStringAsync('probe');
    return versionOf(probe) !== FIXED_KEY_VERSION;
  } catch (error) {
    log.warn('the keyring did not encrypt a probe', { error: String(error) });
    return false;
  }
}
