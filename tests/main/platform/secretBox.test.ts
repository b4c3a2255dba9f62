import { expect, it } from 'vitest';
import { SecretLocked } from '../../../src/shared/runtime';
import { makeSecretBox, type SecretParts } from '../../../src/main/platform/secretBox';

/** Electron's safeStorage whose ciphertext begins with `version`. */
function storage(version: string): SecretParts['safeStorage'] {
  return {
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (plain) => Buffer.from(`${version}${plain}`),
    decryptStringAsync: async (cipher) => ({
      result: cipher.toString('utf8', version.length),
      shouldReEncrypt: false,
    }),
  };
}

function box(parts: Partial<SecretParts> & Pick<SecretParts, 'safeStorage'>) {
  return makeSecretBox({ platform: 'linux', log: { warn: () => undefined }, ...parts });
}

it.each([
  ['linux', 'v10', false],
  ['linux', 'v11', true],
  ['linux', 'v12', true],
  ['darwin', 'v10', true],
  ['win32', 'v10', true],
] as const)('on %s, ciphertext of version %s is protected: %s', async (platform, version, isProtected) => {
  expect(await box({ safeStorage: storage(version), platform }).encrypts()).toBe(isProtected);
});

it('nothing is protected where the probe fails, and that is logged', async () => {
  const warnings: string[] = [];
  const failing = {
    ...storage('v11'),
    encryptStringAsync: () => Promise.reject(new Error('the keyring is locked')),
  };
  const found = box({ safeStorage: failing, log: { warn: (message) => void warnings.push(message) } });
  expect(await found.encrypts()).toBe(false);
  expect(warnings).toHaveLength(1);
});

it('nothing is protected where Electron has no encryption', async () => {
  const none = { ...storage('v11'), isAsyncEncryptionAvailable: async () => false };
  expect(await box({ safeStorage: none }).encrypts()).toBe(false);
});

it('decrypts what it encrypted', async () => {
  const found = box({ safeStorage: storage('v11') });
  expect(await found.decrypt(await found.encrypt('geheim é'))).toBe('geheim é');
});

const failing = (version: string, words: string): SecretParts['safeStorage'] => ({
  ...storage(version),
  decryptStringAsync: () => Promise.reject(new Error(words)),
});
const AGAIN = 'safeStorage.decryptStringAsync is temporarily unavailable. Please try again.';
const FAILED = 'Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.';

it.each([
  ['darwin, its question dismissed', 'darwin', 'v10', AGAIN, 'v10', true],
  ['darwin, another account', 'darwin', 'v10', FAILED, 'v10', false],
  ['win32, another account', 'win32', 'v10', FAILED, 'v10', false],
  ['linux, its question dismissed', 'linux', 'v11', AGAIN, 'v11', true],
  ['linux, without its keyring', 'linux', 'v10', FAILED, 'v11', true],
  ['linux, another account', 'linux', 'v11', FAILED, 'v11', false],
  ['linux, damaged weak text', 'linux', 'v10', FAILED, 'v10', false],
] as const)(
  'on %s, what cannot be decrypted is locked or lost',
  async (_name, platform, makes, words, of, locked) => {
    const found = box({ safeStorage: failing(makes, words), platform });
    const cipher = Buffer.from(`${of}secret`).toString('base64');
    const error = await found.decrypt(cipher).catch((cause: unknown) => cause);
    expect(error instanceof SecretLocked).toBe(locked);
    expect(String(error)).toContain(words);
  },
);
