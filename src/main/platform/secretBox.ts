import { safeStorage } from 'electron';
import type { SecretBox } from '../types';

/**
 * The system's keychain through safeStorage. Only the asynchronous calls: on Linux they reach the keyring without
 * blocking. `basic_text` means there is no keyring: such ciphertext is readable by any program of this user.
 */
export const secretBox: SecretBox = {
  async encrypts() {
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
      return false;
    return safeStorage.isAsyncEncryptionAvailable();
  },
  async encrypt(plain) {
    return (await safeStorage.encryptStringAsync(plain)).toString('base64');
  },
  async decrypt(cipher) {
    return (await safeStorage.decryptStringAsync(Buffer.from(cipher, 'base64'))).result;
  },
};
