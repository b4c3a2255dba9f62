import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkNumber,
  checkOptionalNumber,
  hasChangedSettings,
  isPlainHttp,
  toForm,
  toFormField,
  toInput,
} from '../../src/components/uploadConfigForm';
import { uploadConfigInputSchema, type UploadConfigView } from '../../src/shared/upload';

const saved: UploadConfigView = {
  bucket: 'team-recordings',
  region: 'eu-central-1',
  keyPrefix: 'sessions/',
  endpoint: 'https://s3.example.com',
  forcePathStyle: true,
  accessKeyId: 'AKIAEXAMPLE0001',
  secretAccessKey: { configured: true, last4: 'w7Qz' },
  sessionToken: { configured: true },
  maxRetries: 7,
  partSizeBytes: 16 * 1024 * 1024,
  maxBytesPerSecond: 2_500_000,
  caFile: '/etc/ssl/minio-ca.pem',
  secretStorage: 'weak',
  allowHttp: true,
};

describe('the form of saved settings', () => {
  it('sends back what it was given, and no secret', () => {
    const input = toInput(toForm(saved));
    const { secretAccessKey: _secret, sessionToken: _token, ...rest } = saved;
    expect(input).toEqual(rest);
    expect(uploadConfigInputSchema.safeParse(input).success).toBe(true);
  });

  it('starts with the defaults where nothing was saved', () =>
    expect(toForm(null)).toMatchObject({ keyPrefix: 'sessions/', partSizeMib: '10', maxRetries: '10' }));

  it('does not answer for the user how a secret is kept', () => {
    expect(toForm(null).secretStorage).toBe('');
    expect(toForm({ ...saved, secretStorage: 'encrypted' }).secretStorage).toBe('');
    expect(toInput(toForm(null))).not.toHaveProperty('secretStorage');
  });
});

describe('saved settings', () => {
  const input = toInput(toForm(saved));
  it('have not changed where each field is as it was and no secret was sent', () =>
    expect(hasChangedSettings(saved, structuredClone(saved), input)).toBe(false));

  it.each([
    ['the first ones', null, saved, input],
    ['another field', saved, { ...saved, maxRetries: 8 }, input],
    ['a field that is left out now', saved, { ...saved, caFile: undefined }, input],
    ['a typed secret', saved, saved, { ...input, secretAccessKey: 's3cret' }],
    ['a typed token', saved, saved, { ...input, sessionToken: 't' }],
    ['a token taken away', saved, saved, { ...input, sessionToken: '' }],
  ] as const)('have changed by %s', (_what, before, after, sent) =>
    expect(hasChangedSettings(before, after, sent)).toBe(true),
  );
});

describe('what main is sent', () => {
  it('has no surrounding blanks, and no endpoint where none was typed', () => {
    const input = toInput({ ...toForm(saved), bucket: ' b ', endpoint: '  ', secretAccessKey: ' s3cret ' });
    expect(input).toMatchObject({ bucket: 'b', secretAccessKey: 's3cret' });
    expect(input).not.toHaveProperty('endpoint');
  });

  it('removes a stored token only when asked to', () => {
    expect(toInput({ ...toForm(saved), sessionToken: 't' }).sessionToken).toBe('t');
    expect(toInput({ ...toForm(saved), sessionToken: 't', removeSessionToken: true }).sessionToken).toBe('');
    expect(toInput(toForm(saved))).not.toHaveProperty('sessionToken');
  });

  it('counts part sizes in bytes', () =>
    expect(toInput({ ...toForm(null), partSizeMib: '5.5' }).partSizeBytes).toBe(5_767_168));

  it('counts a bandwidth limit in megabytes a second, and has none where none was typed', () => {
    expect(toForm(saved).maxMegabytesPerSecond).toBe('2.5');
    expect(toInput({ ...toForm(saved), maxMegabytesPerSecond: ' 0.8 ' }).maxBytesPerSecond).toBe(800_000);
    expect(toInput({ ...toForm(saved), maxMegabytesPerSecond: ' ' })).not.toHaveProperty('maxBytesPerSecond');
    expect(toForm({ ...saved, maxBytesPerSecond: undefined }).maxMegabytesPerSecond).toBe('');
  });

  it('gives back any limit to the byte, and never takes a tiny one for none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (maxBytesPerSecond) => {
        expect(toInput(toForm({ ...saved, maxBytesPerSecond })).maxBytesPerSecond).toBe(maxBytesPerSecond);
      }),
    );
    expect(toInput({ ...toForm(saved), maxMegabytesPerSecond: '0.0000001' }).maxBytesPerSecond).toBe(1);
    expect(toInput({ ...toForm(saved), maxMegabytesPerSecond: '0' }).maxBytesPerSecond).toBe(0);
  });

  it('holds a profile or keys, never both', () => {
    const typed = { ...toForm(saved), awsProfile: ' team ', secretAccessKey: 's', sessionToken: 't' };
    const profile = toInput({ ...typed, signIn: 'profile' });
    expect(profile).toMatchObject({ awsProfile: 'team', accessKeyId: '' });
    for (const secret of ['secretAccessKey', 'sessionToken', 'secretStorage'])
      expect(profile).not.toHaveProperty(secret);
    expect(toInput(typed)).not.toHaveProperty('awsProfile');
    expect(toForm({ ...saved, awsProfile: 'team' })).toMatchObject({ signIn: 'profile', awsProfile: 'team' });
  });

  it('names a CA file without surrounding blanks, and only if there is one', () => {
    expect(toInput({ ...toForm(saved), caFile: ' /ca.pem ' }).caFile).toBe('/ca.pem');
    expect(toInput({ ...toForm(saved), caFile: ' ' })).not.toHaveProperty('caFile');
  });
});

it.each([
  ['10', undefined],
  [' 5.5 ', undefined],
  ['', 'Enter a number.'],
  ['ten', 'Enter a number.'],
  ['Infinity', 'Enter a number.'],
])('of a number field with "%s" it says %s', (text, words) => expect(checkNumber(text)).toBe(words));

it('lets an optional number be left out', () => {
  expect(checkOptionalNumber(' ')).toBeUndefined();
  expect(checkOptionalNumber('fast')).toBe('Enter a number.');
});

it("shows main's verdict on a size or speed beside the field in its unit", () => {
  expect(toFormField('partSizeBytes')).toBe('partSizeMib');
  expect(toFormField('maxBytesPerSecond')).toBe('maxMegabytesPerSecond');
  expect(toFormField('bucket')).toBe('bucket');
});

it.each([
  ['http://127.0.0.1:9000', true],
  [' HTTP://minio.local', true],
  ['https://s3.example.com', false],
  ['', false],
])('"%s" unencrypted: %s', (endpoint, plain) => expect(isPlainHttp(endpoint)).toBe(plain));
