import type { SafeStorage } from 'electron';
import type { Logger, SecretBox } from '../types';

/** What Chromium's ciphertext begins with on Linux when its key is the fixed one that every program knows. */
const FIXED_KEY_VERSION = 'v10';

export type SecretParts = {
  /** Only the asynchronous calls: on Linux they reach the keyring without blocking. */
  safeStorage: Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'>;
  platform: NodeJS.Platform;
  log: Pick<Logger, 'warn'>;
};

/** The system's keychain through Electron's safeStorage. */
export function makeSecretBox({ safeStorage, platform, log }: SecretParts): SecretBox {
  return {
    async encrypts() {
      if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
      // Linux says so without a keyring too, and names the keyring that the desktop should have; only a probe tells.
      return platform !== 'linux' || hasOwnKey(safeStorage, log);
    },
    async encrypt(plain) {
      return (await safeStorage.encryptStringAsync(plain)).toString('base64');
    },
    async decrypt(cipher) {
      return (await safeStorage.decryptStringAsync(Buffer.from(cipher, 'base64'))).result;
    },
  };
}

/** Whether a keyring's key encrypts. Where nothing can be encrypted at all, nothing is protected either. */
async function hasOwnKey(safeStorage: SecretParts['safeStorage'], log: SecretParts['log']): Promise<boolean> {
  try {
    const probe = await safeStorage.encryptStringAsync('probe');
    return probe.toString('latin1', 0, FIXED_KEY_VERSION.length) !== FIXED_KEY_VERSION;
  } catch (error) {
    log.warn('the keyring did not encrypt a probe', { error: String(error) });
    return false;
  }
}
