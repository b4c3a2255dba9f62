import type Electron from 'electron';
import { createCipheriv, createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { app } from '../app/app.ts';
import { deprecated, guardObject } from '../notImplemented.ts';
import { isWith, platform } from '../system.ts';

/** An encryption scheme: the ciphertext's prefix and the key. */
type Encryptor = { version: string; key: Buffer };

const initialVector = Buffer.alloc(16, ' ');
const makeKey = (password: string) => pbkdf2Sync(password, 'saltysalt', 1, 16, 'sha1');

/** Chromium's fixed, public key. macOS and Windows also write "v10", but with a key of the system. */
const v10: Encryptor = { version: 'v10', key: makeKey('peanuts') };
/** The key of a keyring on Linux. */
const v11: Encryptor = { version: 'v11', key: makeKey('chromium shell keyring') };
const encryptors = [v10, v11];

const hasKeyring = platform !== 'linux' || isWith('keyring');
let isPlainTextAllowed = false;

function encrypt(plainText: string): Buffer {
  const { version, key } = isWith('keyring') && platform === 'linux' ? v11 : v10;
  const cipher = createCipheriv('aes-128-cbc', key, initialVector);
  return Buffer.concat([Buffer.from(version), cipher.update(plainText, 'utf8'), cipher.final()]);
}

function decrypt(encrypted: Buffer, call: string): string {
  const found = encryptors.find(({ version }) => encrypted.toString('latin1', 0, version.length) === version);
  if (!found) {
    throw new Error(
      `Error while decrypting the ciphertext provided to safeStorage.${call}. Ciphertext does not appear to be encrypted.`,
    );
  }
  const decipher = createDecipheriv('aes-128-cbc', found.key, initialVector);
  const text = encrypted.subarray(found.version.length);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
}

type Implemented = Pick<
  Electron.SafeStorage,
  | 'isEncryptionAvailable'
  | 'getSelectedStorageBackend'
  | 'setUsePlainTextEncryption'
  | 'encryptString'
  | 'decryptString'
  | 'isAsyncEncryptionAvailable'
  | 'encryptStringAsync'
  | 'decryptStringAsync'
>;

const isAvailable = () => app.isStarted && (hasKeyring || isPlainTextAllowed);

function encryptString(plainText: string): Buffer {
  if (!isAvailable()) {
    throw new Error(
      'Error while encrypting the text provided to safeStorage.encryptString. Encryption is not available.',
    );
  }
  return encrypt(plainText);
}

/** Each deprecated call has an asynchronous replacement. */
const old = <F extends (...args: never[]) => unknown>(name: string, instead: string, run: F) =>
  deprecated(`safeStorage.${name}`, `safeStorage.${instead}`, run);

const members: Implemented = {
  isEncryptionAvailable: old('isEncryptionAvailable', 'isAsyncEncryptionAvailable', isAvailable),
  getSelectedStorageBackend() {
    if (!app.isStarted) return 'unknown';
    // The desktop's name decides this, not whether its keyring answers.
    return isWith('keyring') || isWith('no-keyring-v10') ? 'gnome_libsecret' : 'basic_text';
  },
  setUsePlainTextEncryption(isAllowed) {
    isPlainTextAllowed = isAllowed;
  },
  encryptString: old('encryptString', 'encryptStringAsync', encryptString),
  decryptString: old('decryptString', 'decryptStringAsync', (encrypted: Buffer) =>
    decrypt(encrypted, 'decryptString'),
  ),
  isAsyncEncryptionAvailable: async () => app.isStarted,
  encryptStringAsync: async (plainText) => encrypt(plainText),
  decryptStringAsync: async (encrypted) => ({
    result: decrypt(encrypted, 'decryptStringAsync'),
    shouldReEncrypt: false,
  }),
};

export const safeStorage = guardObject(members, 'safeStorage', {
  getSelectedStorageBackend: ['linux'],
});
