import { expect, it } from 'vitest';
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
