import type Electron from 'electron';
import { createCipheriv, createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { app } from '../app/app.ts';
import { guardObject } from '../notImplemented.ts';

/** Chromium's OSCrypt without a keyring ("basic_text"): a fixed, public key, so the text is hidden from nobody. */
const version = Buffer.from('v10');
const key = pbkdf2Sync('peanuts', 'saltysalt', 1, 16, 'sha1');
const initialVector = Buffer.alloc(16, ' ');
let isPlainTextAllowed = false;

function encrypt(plainText: string): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, initialVector);
  return Buffer.concat([version, cipher.update(plainText, 'utf8'), cipher.final()]);
}

function decrypt(encrypted: Buffer): string {
  if (!encrypted.subarray(0, version.length).equals(version)) {
    throw new Error(
      'Error while decrypting the ciphertext provided to safeStorage.decryptString. Ciphertext does not appear to be encrypted.',
    );
  }
  const decipher = createDecipheriv('aes-128-cbc', key, initialVector);
  return Buffer.concat([decipher.update(encrypted.subarray(version.length)), decipher.final()]).toString(
    'utf8',
  );
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

const members: Implemented = {
  isEncryptionAvailable: () => app.isStarted && isPlainTextAllowed,
  getSelectedStorageBackend: () => (app.isStarted ? 'basic_text' : 'unknown'),
  setUsePlainTextEncryption(isAllowed) {
    isPlainTextAllowed = isAllowed;
  },
  encryptString(plainText) {
    if (!members.isEncryptionAvailable()) {
      throw new Error(
        'Error while encrypting the text provided to safeStorage.encryptString. Encryption is not available.',
      );
    }
    return encrypt(plainText);
  },
  decryptString: decrypt,
  isAsyncEncryptionAvailable: async () => app.isStarted,
  encryptStringAsync: async (plainText) => encrypt(plainText),
  decryptStringAsync: async (encrypted) => ({ result: decrypt(encrypted), shouldReEncrypt: false }),
};

export const safeStorage = guardObject(members, 'safeStorage');
