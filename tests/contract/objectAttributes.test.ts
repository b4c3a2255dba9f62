import { expect, test } from 'vitest';
import { s3Error, type GatewayRequest } from '../fakes/Gateway';
import { failed, KEY, MIB } from '../main/upload/support';
import { gatewayBench } from './gatewayBench';
import { wordsOf } from '../wordsOf';

const makesObject = ({ method, url }: GatewayRequest) =>
  (method === 'PUT' && !url.includes('partNumber')) || (method === 'POST' && /[?&]uploads/.test(url));
const sse = 'x-amz-server-side-encryption';

test('encryption, storage class and tags go with everything that makes an object, and with nothing else', async () => {
  const bench = await gatewayBench(
    // This server stores none of them.
    { answer: () => undefined },
    {
      config: {
        ...{ encryption: 'sse-kms', kmsKeyId: 'alias/key', storageClass: 'STANDARD_IA' },
        objectTags: { team: 'r & d', 'cost centre': 'ä=1' },
      },
    },
  );
  await (await bench.uploadOf(1000)).upload.run().catch(() => undefined);
  await (await bench.uploadOf(6 * MIB)).upload.run().catch(() => undefined);
  const [made, others] = [
    bench.seen.filter(makesObject),
    bench.seen.filter((request) => !makesObject(request)),
  ];
  expect(made.length).toBeGreaterThan(1);
  for (const { headers } of made)
    expect(headers).toMatchObject({
      [sse]: 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/key',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-tagging': 'team=r%20%26%20d&cost%20centre=%C3%A4%3D1',
    });
  for (const { headers } of others) expect(headers).not.toHaveProperty(sse);
});

test.each([
  ['sse-s3', 'AES256', 'SSE-S3'],
  ['sse-kms', 'aws:kms', 'SSE-KMS'],
] as const)(
  'a policy that demands %s is met, and the test of the connection names it',
  async (encryption, value, name) => {
    const answer = (request: GatewayRequest) =>
      makesObject(request) && request.headers[sse] !== value ? s3Error(403, 'AccessDenied') : undefined;
    const plain = await gatewayBench({ answer });
    const verdict = await plain.test();
    expect(verdict).toMatchObject({ valid: false, error: { code: 'EncryptionDemanded' } });
    expect(verdict.error!.message).toContain(name);
    expect(await plain.keys()).toEqual([]);
    const encrypted = await gatewayBench({ answer }, { config: { encryption } });
    expect(await encrypted.test()).toMatchObject({ valid: true });
    await (await encrypted.uploadOf(1000)).upload.run();
    expect(await encrypted.keys()).toEqual([KEY]);
  },
);

test.each([
  [
    403,
    'AccessDenied',
    'denied: s3:x-amz-server-side-encryption is missing',
    /requires encryption/,
    /Set the encryption/,
  ],
  [
    403,
    'AccessDenied',
    'denied: x-amz-storage-class',
    /requires a certain storage class/,
    /Set the storage class/,
  ],
  [
    403,
    'AccessDenied',
    'denied: s3:RequestObjectTag/team',
    /requires certain object tags/,
    /Set the object tags/,
  ],
  [
    501,
    'NotImplemented',
    'x-amz-tagging is not supported',
    /does not accept the object tags/,
    /Change the object tags/,
  ],
  [400, 'InvalidStorageClass', 'no', /does not have the storage class/, /another storage class/],
])('%i %s (%s) names the setting', async (status, code, said, message, action) => {
  const bench = await gatewayBench({
    answer: (request) => (makesObject(request) ? s3Error(status, code, said) : undefined),
  });
  const store = bench.store();
  const putting = store.putObject({ key: 'k', body: Buffer.from('x'), contentType: 'text/plain' });
  const error = wordsOf(await failed(putting));
  expect(error.message).toMatch(message);
  expect(error.action).toMatch(action);
  store.close();
});

test('a stored token with an invisible character is a setting to mend, and no network fault', async () => {
  const bench = await gatewayBench({}, { config: { sessionToken: 'to\u200bken' } });
  const { upload } = await bench.uploadOf(1000);
  const failure = await failed(upload.run());
  expect(failure).toMatchObject({ verdict: 'needs-user' });
  expect(wordsOf(failure).message).toMatch(/character that cannot be sent/);
  expect(bench.seen).toEqual([]);
});
