import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createUploadConfigStore,
  validateUploadConfig,
  type StoredConfig,
} from '../../../src/main/uploadConfig';
import type { UploadConfigInput } from '../../../src/shared/upload';
import { FakeSecretBox } from '../../fakes/FakeSecretBox';
import { makeTempDir, MIB } from './support';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const TOKEN = 'session-token-of-some-length';
const input: UploadConfigInput = {
  bucket: 'my-recordings',
  region: 'eu-central-1',
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: SECRET,
};
const minio = { endpoint: 'https://minio.example.org', region: 'us-east-1' };

function errorsOf(change: Partial<UploadConfigInput>, stored: StoredConfig | null = null) {
  const verdict = validateUploadConfig({ ...input, ...change }, stored);
  return 'fieldErrors' in verdict ? Object.keys(verdict.fieldErrors) : [];
}

describe('judging the form', () => {
  test('fills in the defaults', () => {
    expect(validateUploadConfig(input, null)).toEqual({
      config: { ...input, keyPrefix: 'sessions/', maxRetries: 10, partSizeBytes: 10 * MIB },
    });
  });

  test('takes a bandwidth limit and a certificate file, and neither where they are empty', () => {
    const limited = { ...input, maxBytesPerSecond: 250_000, caFile: ' /etc/ssl/our-ca.pem ' };
    expect(validateUploadConfig(limited, null)).toMatchObject({
      config: { maxBytesPerSecond: 250_000, caFile: '/etc/ssl/our-ca.pem' },
    });
    const verdict = validateUploadConfig({ ...input, caFile: '' }, null);
    expect(verdict).toMatchObject({ config: { maxBytesPerSecond: undefined, caFile: undefined } });
    expect(errorsOf({ maxBytesPerSecond: 0 })).toEqual(['maxBytesPerSecond']);
    expect(errorsOf({ maxBytesPerSecond: 9_999 })).toEqual(['maxBytesPerSecond']);
    expect(errorsOf({ maxBytesPerSecond: 20_000.5 })).toEqual(['maxBytesPerSecond']);
    expect(errorsOf({ caFile: 'our-ca.pem' })).toEqual(['caFile']);
  });

  test('names every missing field', () => {
    const empty = { bucket: '', region: '', accessKeyId: '', secretAccessKey: undefined };
    expect(errorsOf(empty).toSorted()).toEqual(['accessKeyId', 'bucket', 'region', 'secretAccessKey']);
  });

  test.each([
    ['Upper', 'bucket'],
    ['ab', 'bucket'],
    ['a'.repeat(64), 'bucket'],
    ['192.168.0.1', 'bucket'],
    ['a..b', 'bucket'],
    ['-abc', 'bucket'],
    ['under_score', 'bucket'],
    ['xn--abc', 'bucket'],
    ['abc--ol-s3', 'bucket'],
    ['abc--x-s3', 'bucket'],
    ['abc.mrap', 'bucket'],
    ['arn:aws:s3:eu-central-1:111122223333:accesspoint/abc', 'bucket'],
    ['a/b', 'bucket'],
  ])('refuses the AWS bucket name %s', (bucket, field) => {
    expect(errorsOf({ bucket })).toEqual([field]);
  });

  test('takes the alias of an access point for a bucket', () => {
    expect(errorsOf({ bucket: 'recordings-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias' })).toEqual([]);
  });

  test('keeps the path of an endpoint, below which the bucket stands in the path', () => {
    const endpoint = 'https://abcd.storage.supabase.co/storage/v1/s3/';
    expect(validateUploadConfig({ ...input, ...minio, endpoint }, null)).toMatchObject({
      config: { endpoint: 'https://abcd.storage.supabase.co/storage/v1/s3', forcePathStyle: true },
    });
  });

  test.each(['\u200b', '\ufeff', '\u2060', '\u00ad', '\u2028', '\u0007', '\ud800'])(
    'refuses the invisible character %j in every field',
    (character) => {
      const at = (text: string) => `${text.slice(0, 3)}${character}${text.slice(3)}`;
      const typed = {
        ...{
          bucket: 'my-recordings',
          region: 'eu-central-1',
          keyPrefix: 'sessions/',
          endpoint: minio.endpoint,
        },
        ...{
          accessKeyId: 'AKIAEXAMPLE',
          secretAccessKey: SECRET,
          sessionToken: TOKEN,
          kmsKeyId: 'alias/key',
        },
        ...{ storageClass: 'STANDARD_IA', objectTags: 'team=research' },
      };
      for (const [field, text] of Object.entries(typed))
        expect(errorsOf({ encryption: 'sse-kms', [field]: at(text) }), field).toEqual([field]);
      const awsProfile = at('recorder');
      expect(errorsOf({ awsProfile })).toEqual(['awsProfile']);
    },
  );

  test('judges encryption, storage class and tags', () => {
    const wanted = { encryption: 'sse-kms', kmsKeyId: ' alias/key ', storageClass: 'standard_ia' } as const;
    expect(
      validateUploadConfig({ ...input, ...wanted, objectTags: 'team = research,\ncost centre=42=x' }, null),
    ).toMatchObject({
      config: {
        ...{ encryption: 'sse-kms', kmsKeyId: 'alias/key', storageClass: 'STANDARD_IA' },
        objectTags: { team: 'research', 'cost centre': '42=x' },
      },
    });
    expect(errorsOf({ storageClass: 'GLACIER' })).toEqual(['storageClass']);
    for (const objectTags of ['team', '=x', 'aws:x=1', 'a=1,a=2', 'a=<x>', `a=${'x'.repeat(257)}`])
      expect(errorsOf({ objectTags }), objectTags).toEqual(['objectTags']);
    const eleven = Array.from({ length: 11 }, (_, index) => `t${index}=x`).join(',');
    expect(errorsOf({ objectTags: eleven })).toEqual(['objectTags']);
  });

  test('a part is at most what is held in memory', () => {
    expect(errorsOf({ partSizeBytes: 128 * MIB })).toEqual([]);
    expect(errorsOf({ partSizeBytes: 128 * MIB + 1 })).toEqual(['partSizeBytes']);
  });

  test('is more tolerant of names on other servers', () => {
    expect(errorsOf({ ...minio, bucket: 'Old_Bucket' })).toEqual([]);
    expect(errorsOf({ ...minio, bucket: 'a/b' })).toEqual(['bucket']);
    expect(errorsOf({ ...minio, region: 'auto' })).toEqual([]);
    expect(errorsOf({ region: 'auto' })).toEqual(['region']);
  });

  test.each([
    ['https://s3.example.org', false, true],
    ['http://s3.example.org', true, false],
    ['http://127.0.0.1:9000', false, false],
    ['http://127.0.0.1:9000', true, true],
    ['http://[::1]:9000', true, true],
    ['http://192.168.1.5', true, true],
    ['http://172.32.0.1', true, false],
    ['http://localhost:9000', true, true],
    ['https://user:pw@s3.example.org', true, false],
    ['https://s3.eu-central-1.amazonaws.com/my-recordings', true, false],
    ['https://fra1.digitaloceanspaces.com/my-recordings', true, false],
    ['https://s3.example.org/my-recordings', true, true],
    ['https://my-recordings.s3.eu-central-1.amazonaws.com', true, false],
    ['https://my-recordings.s3.example.org', true, false],
    ['https://my-recordings.example.org', true, true],
    ['https://abcd.storage.supabase.co/storage/v1/s3', true, true],
    ['https://s3.example.org/s3/', true, true],
    ['https://s3.example.org/storage\u200b/s3', true, false],
    ['https://s3.example.org/?x=1', true, false],
    ['ftp://s3.example.org', true, false],
    ['s3.example.org', true, false],
  ])('endpoint %s with http allowed: %s → %s', (endpoint, allowHttp, fits) => {
    expect(errorsOf({ ...minio, endpoint, allowHttp })).toEqual(fits ? [] : ['endpoint']);
  });

  test.each([
    ['s3', 'https://abcd.storage.supabase.co/storage/v1/s3'],
    ['s3', 'https://s3.example.org/s3'],
    ['storage', 'https://example.org/storage'],
    ['s3', 'https://s3.us-west-2.amazonaws.com'],
    ['s3', 'https://s3.wasabisys.com'],
    ['fra1', 'https://fra1.digitaloceanspaces.com'],
    ['us-east-1', 'https://us-east-1.linodeobjects.com'],
    ['oss-cn-beijing', 'https://oss-cn-beijing.aliyuncs.com'],
    ['storage', 'https://storage.googleapis.com'],
    ['example', 'https://example.'],
    [ACCOUNT, `https://${ACCOUNT}.r2.cloudflarestorage.com`],
    [ACCOUNT, `https://${ACCOUNT}.eu.r2.cloudflarestorage.com`],
  ])('a bucket named %s fits the endpoint %s, which has that name for another reason', (bucket, endpoint) => {
    expect(errorsOf({ ...minio, bucket, endpoint })).toEqual([]);
  });

  test.each([
    ['https://my-recordings.s3.eu-central-1.amazonaws.com', 'https://s3.eu-central-1.amazonaws.com'],
    ['https://my-recordings.s3.us-west.backblazeb2.com', 'https://s3.us-west.backblazeb2.com'],
    ['https://my-recordings.fra1.digitaloceanspaces.com', 'https://fra1.digitaloceanspaces.com'],
    ['https://my-recordings.storage.googleapis.com', 'https://storage.googleapis.com'],
    [
      `https://my-recordings.${ACCOUNT}.r2.cloudflarestorage.com`,
      `https://${ACCOUNT}.r2.cloudflarestorage.com`,
    ],
    [
      `https://my-recordings.${ACCOUNT}.eu.r2.cloudflarestorage.com`,
      `https://${ACCOUNT}.eu.r2.cloudflarestorage.com`,
    ],
    [
      `https://${ACCOUNT}.r2.cloudflarestorage.com/my-recordings/`,
      `https://${ACCOUNT}.r2.cloudflarestorage.com`,
    ],
    ['https://my-recordings.oss-cn-beijing.aliyuncs.com', 'https://oss-cn-beijing.aliyuncs.com'],
    ['https://my-recordings.s3.example.org:9000', 'https://s3.example.org:9000'],
  ])('where %s contains the bucket, %s is suggested', (endpoint, right) => {
    const judged = validateUploadConfig({ ...input, ...minio, endpoint }, null);
    expect(JSON.stringify(judged)).toContain(`: ${right}. The bucket has its own field.`);
  });

  test.each([
    ['', true],
    ['a/b', true],
    ['a/b/', true],
    ['/a', false],
    ['a/../b', false],
    ['a//b', false],
    ['a\nb', false],
    ['é'.repeat(500), false],
  ])('key prefix %j', (keyPrefix, fits) => {
    expect(errorsOf({ keyPrefix })).toEqual(fits ? [] : ['keyPrefix']);
  });

  test('gives a prefix its slash', () => {
    expect(validateUploadConfig({ ...input, keyPrefix: 'a/b' }, null)).toMatchObject({
      config: { keyPrefix: 'a/b/' },
    });
  });

  test.each([
    [{ partSizeBytes: 5 * MIB - 1 }, 'partSizeBytes'],
    [{ partSizeBytes: 5 * 1024 * MIB + 1 }, 'partSizeBytes'],
    [{ partSizeBytes: 6 * MIB + 0.5 }, 'partSizeBytes'],
    [{ maxRetries: -1 }, 'maxRetries'],
    [{ maxRetries: 101 }, 'maxRetries'],
    [{ maxRetries: 1.5 }, 'maxRetries'],
  ])('refuses %o', (change, field) => {
    expect(errorsOf(change)).toEqual([field]);
  });
});

describe('stored secrets', () => {
  const stored: StoredConfig = {
    ...input,
    objectTags: undefined,
    secretAccessKey: SECRET,
    sessionToken: TOKEN,
    keyPrefix: '',
    maxRetries: 1,
    partSizeBytes: 5 * MIB,
    ...minio,
  };
  const again = { ...minio, secretAccessKey: undefined };

  test('stand in for an omitted one', () => {
    const verdict = validateUploadConfig({ ...input, ...again }, stored);
    expect(verdict).toMatchObject({ config: { secretAccessKey: SECRET, sessionToken: TOKEN } });
  });

  test('never go to another endpoint', () => {
    expect(errorsOf({ ...again, endpoint: 'https://other.example.org' }, stored)).toEqual([
      'secretAccessKey',
    ]);
    expect(errorsOf({ ...again, endpoint: '' }, stored)).toEqual(['secretAccessKey']);
    const elsewhere = { ...input, ...minio, endpoint: 'https://other.example.org' };
    expect(validateUploadConfig(elsewhere, stored)).toMatchObject({ config: { sessionToken: undefined } });
  });

  test('an empty session token removes the stored one', () => {
    const verdict = validateUploadConfig({ ...input, ...again, sessionToken: '' }, stored);
    expect('config' in verdict && verdict.config.sessionToken).toBeUndefined();
  });
});

async function storeIn(folder: string, box: FakeSecretBox, unreadable: unknown[] = []) {
  return createUploadConfigStore({
    file: path.join(folder, 'upload-config.json'),
    secrets: box,
    clock: { now: () => 7 },
    onQuarantine: (damaged) => expect.unreachable(damaged.cause),
    onUnreadableSecret: (cause) => unreadable.push(cause),
    hideSecret: () => undefined,
  });
}

async function everyFile(folder: string): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))).join('\n');
}

describe('keeping the settings', () => {
  test('there are none at first', async () => {
    const store = await storeIn(await makeTempDir(), new FakeSecretBox());
    expect(await store.loadUploadConfig()).toBeNull();
    expect(await store.view()).toEqual({ config: null, systemEncrypts: true });
  });

  test('survive a restart, with the secrets only as ciphertext on disk', async () => {
    const folder = await makeTempDir();
    const saved = await (
      await storeIn(folder, new FakeSecretBox())
    ).saveUploadConfig({ ...input, sessionToken: TOKEN });
    expect(saved).toMatchObject({ saved: true });
    const text = await everyFile(folder);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(TOKEN);
    const store = await storeIn(folder, new FakeSecretBox());
    expect(await store.loadWithSecret()).toMatchObject({ ...input, sessionToken: TOKEN });
  });

  test('show a secret only by its end', async () => {
    const store = await storeIn(await makeTempDir(), new FakeSecretBox());
    await store.saveUploadConfig(input);
    const view = await store.view();
    expect(view.config?.secretAccessKey).toEqual({ configured: true, last4: SECRET.slice(-4) });
    expect(JSON.stringify(view)).not.toContain(SECRET);
  });

  test('are not saved with wrong fields', async () => {
    const folder = await makeTempDir();
    const store = await storeIn(folder, new FakeSecretBox());
    expect(await store.saveUploadConfig({ ...input, bucket: '' })).toMatchObject({ saved: false });
    expect(await readdir(folder)).toEqual([]);
  });

  test('ask how to keep the secret where the system does not encrypt', async () => {
    const folder = await makeTempDir();
    const store = await storeIn(folder, new FakeSecretBox(false));
    const refused = await store.saveUploadConfig(input);
    expect(refused).toMatchObject({
      saved: false,
      fieldErrors: { secretStorage: expect.any(String) as string },
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('session-only: usable now, asked for again after a restart, nothing on disk', async () => {
    const folder = await makeTempDir();
    const store = await storeIn(folder, new FakeSecretBox(false));
    await store.saveUploadConfig({ ...input, secretStorage: 'session-only' });
    expect(await store.loadWithSecret()).toMatchObject({ secretAccessKey: SECRET });
    expect(await everyFile(folder)).not.toContain(await new FakeSecretBox().encrypt(SECRET));
    const later = await storeIn(folder, new FakeSecretBox(false));
    expect(await later.loadWithSecret()).toBeNull();
    expect(await later.loadUploadConfig()).toMatchObject({ bucket: input.bucket });
    expect((await later.view()).config).toMatchObject({ secretAccessKey: { configured: false } });
  });

  test('weak: kept as the box’s ciphertext, marked, and kept so when the form omits the secret', async () => {
    const folder = await makeTempDir();
    const store = await storeIn(folder, new FakeSecretBox(false));
    await store.saveUploadConfig({ ...input, secretStorage: 'weak' });
    const saved = await store.saveUploadConfig({ ...input, secretAccessKey: undefined, keyPrefix: 'x' });
    expect(saved).toMatchObject({ saved: true, config: { secretStorage: 'weak', keyPrefix: 'x/' } });
    expect(await everyFile(folder)).not.toContain(SECRET);
    expect(await (await storeIn(folder, new FakeSecretBox(false))).loadWithSecret()).toMatchObject({
      secretAccessKey: SECRET,
    });
  });

  test('an unreadable secret is reported, and the rest is kept', async () => {
    const folder = await makeTempDir();
    await (await storeIn(folder, new FakeSecretBox())).saveUploadConfig(input);
    const box = new FakeSecretBox();
    box.readable = false;
    const unreadable: unknown[] = [];
    const store = await storeIn(folder, box, unreadable);
    expect((await store.view()).config).toMatchObject({
      bucket: input.bucket,
      secretAccessKey: { configured: false },
    });
    expect(unreadable).toHaveLength(1);
  });
});

describe('signing in with an AWS profile', () => {
  const profile = { ...input, accessKeyId: '', secretAccessKey: undefined, awsProfile: ' team ' };

  test('whose name has blanks, as the AWS CLI takes them', () => {
    expect(errorsOf({ awsProfile: 'two words' })).toEqual([]);
  });

  test('needs its name, and nothing else', () => {
    expect(validateUploadConfig(profile, null)).toMatchObject({
      config: { awsProfile: 'team', accessKeyId: '', secretAccessKey: '' },
    });
    for (const awsProfile of ['', '[brackets]', 'new\nline'])
      expect(errorsOf({ ...profile, awsProfile })).toEqual(['awsProfile']);
  });

  test('leaves no keys on disk, asks nothing of a system that cannot encrypt, and survives a restart', async () => {
    const folder = await makeTempDir();
    const store = await storeIn(folder, new FakeSecretBox(false));
    await store.saveUploadConfig({ ...input, sessionToken: TOKEN, secretStorage: 'weak' });
    const saved = await store.saveUploadConfig(profile);
    expect(saved).toMatchObject({ saved: true, config: { secretAccessKey: { configured: false } } });
    const box = new FakeSecretBox();
    const text = await everyFile(folder);
    for (const secret of [SECRET, TOKEN, input.accessKeyId, await box.encrypt(SECRET)])
      expect(text).not.toContain(secret);
    const later = await storeIn(folder, new FakeSecretBox(false));
    expect(await later.loadWithSecret()).toMatchObject({ awsProfile: 'team', secretAccessKey: '' });
  });

  test('settings of before there were profiles are read as they were', async () => {
    const folder = await makeTempDir();
    const stored = {
      ...{ version: 1, bucket: 'b', region: 'r', keyPrefix: '', accessKeyId: 'AKID', maxRetries: 1 },
      ...{ partSizeBytes: 5 * MIB, secrets: { storage: 'encrypted' } },
      ...{ endpoint: 'https://minio.example.org', forcePathStyle: true },
    };
    stored.secrets = {
      storage: 'encrypted',
      ...{ secretAccessKey: await new FakeSecretBox().encrypt(SECRET) },
    };
    await writeFile(path.join(folder, 'upload-config.json'), JSON.stringify(stored));
    const loaded = await (await storeIn(folder, new FakeSecretBox())).loadWithSecret();
    expect(loaded).toMatchObject({ bucket: 'b', accessKeyId: 'AKID', secretAccessKey: SECRET });
    expect(loaded?.awsProfile).toBeUndefined();
  });
});
