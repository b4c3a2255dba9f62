import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import type { UploadConfigSnapshot, UploadState } from '../../../src/shared/upload';
import type { Reply } from '../../../src/shared/appError';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, SECRET, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260202-000000-000b';
const codeOf = (reply: Reply<unknown>) => (reply.ok ? 'ok' : reply.error.code);

test('from settings to a verified object, as the windows see it', async () => {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(12 * MIB, 1));
  await app.sessions.addExported(B, Buffer.alloc(1));
  expect(await app.value('getUploadConfig')).toEqual({ config: null, systemEncrypts: true });
  expect(await app.value('setUploadConfig', form)).toMatchObject({ saved: true });
  expect((await app.rows()).map((r) => [r.sessionId, r.uploadStatus])).toEqual([
    [B, 'not_uploaded'],
    [A, 'not_uploaded'],
  ]);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  expect(await app.row(A)).toMatchObject({
    uploadProgress: 100,
    location: `s3://recordings/sessions/${A}/${A}.zip`,
  });
  expect(app.store.objects.get(`sessions/${A}/${A}.zip`)!.body).toHaveLength(12 * MIB);
  expect([...new Set(app.progress().map((p) => p.status))]).toEqual(['pending', 'uploading', 'done']);
  expect(app.pushed).toContainEqual({ name: 'sessions:changed', payload: { sessionId: A } });
});

test('settings of a newer app hide neither what was uploaded nor what waits', async () => {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(1));
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  await app.system.close();
  const settings = path.join(app.userDataDir, 'upload-config.json');
  await writeFile(settings, '{"version":99}');
  const failures: unknown[] = [];
  const later = await start(app, (error) => failures.push(error));
  expect(failures).toMatchObject([{ error: { code: 'NewerFile' } }]);
  expect(await later.row(A)).toMatchObject({ uploadStatus: 'done' });
  expect(codeOf(await later.call('uploadSession', A))).not.toBe('ok');
  expect(await readFile(settings, 'utf8')).toBe('{"version":99}');
});

test('secrets appear in no file, event or log', async () => {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(6 * MIB));
  await app.value('setUploadConfig', { ...form, sessionToken: 'token-in-clear' });
  await app.value('validateUploadConfig', { ...form, secretAccessKey: undefined });
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  await app.system.close();
  const names = await readdir(app.userDataDir, { recursive: true, withFileTypes: true });
  const files = names.filter((n) => n.isFile() && n.name.endsWith('.json'));
  const texts = await Promise.all(files.map((f) => readFile(path.join(f.parentPath, f.name), 'utf8')));
  const everything = [
    ...texts,
    JSON.stringify(app.pushed),
    ...app.logged,
    JSON.stringify(await app.value('getUploadConfig')),
  ];
  expect(files.map((f) => f.name)).toContain('upload-config.json');
  for (const text of everything) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('token-in-clear');
  }
});

test('the log is told of every secret before it is used: typed, stored and handed over', async () => {
  const app = await start();
  await app.value('validateUploadConfig', { ...form, bucket: 'NO', secretAccessKey: ' typed-secret ' });
  await app.value('setUploadConfig', { ...form, sessionToken: 'typed-token' });
  expect([...app.hidden]).toEqual(['typed-secret', SECRET, 'typed-token']);
  await app.system.close();
  const later = await start(app);
  expect([...later.hidden]).toEqual([SECRET, 'typed-token']);
  const preset = { endpoint: 'http://127.0.0.1:9', bucket: 'local', region: 'us-east-1', accessKeyId: 'a' };
  const fresh = await start();
  await fresh.system.usePreset(JSON.stringify({ ...preset, secretAccessKey: 'handed-over' }));
  expect([...fresh.hidden]).toEqual(['handed-over']);
});

describe('uploadSession refuses with a reason', () => {
  test.each<[string, (app: Awaited<ReturnType<typeof start>>) => Promise<void>]>([
    ['UnknownSession', async (app) => rm(path.join(app.sessions.dir, A), { recursive: true })],
    ['NotExported', async (app) => rm(path.join(app.sessions.dir, A, '.exported'))],
    ['BundleMissing', async (app) => rm(app.sessions.bundleFile(A))],
    [
      'BundleDamaged',
      (app) => {
        app.sessions.damage = { code: 'BundleDamaged', message: 'It is cut short.', action: 'Export again.' };
        return Promise.resolve();
      },
    ],
    ['NotConfigured', async (app) => rm(path.join(app.userDataDir, 'upload-config.json'), { force: true })],
  ])('%s', async (code, spoil) => {
    const app = await start();
    await app.sessions.addExported(A, Buffer.alloc(9));
    if (code !== 'NotConfigured') await app.value('setUploadConfig', form);
    await spoil(app);
    expect(codeOf(await app.call('uploadSession', A))).toBe(code);
    expect(app.store.calls).toEqual([]);
  });

  test('AlreadyUploaded, unless the bundle was exported anew', async () => {
    const app = await start();
    await app.sessions.addExported(A, Buffer.alloc(9));
    await app.value('setUploadConfig', form);
    await app.value('uploadSession', A);
    await app.until(A, 'done');
    expect(codeOf(await app.call('uploadSession', A))).toBe('AlreadyUploaded');
    await writeFile(app.sessions.bundleFile(A), Buffer.alloc(10));
    await app.value('replaceUpload', A);
    await eventually(() => expect(app.store.objects.get(`sessions/${A}/${A}.zip`)!.body).toHaveLength(10));
    await app.until(A, 'done');
  });

  test('a traversal is no session id', async () => {
    const app = await start();
    expect(codeOf(await app.call('uploadSession', '../../etc'))).toBe('BadArguments');
  });
});

test('an upload that waits for the user is no work to keep the app running for', async () => {
  const app = await start();
  expect(app.system.work()).toBeUndefined();
  await app.sessions.addExported(A, Buffer.alloc(9));
  app.store.faults.add({ on: { operation: 'headObject' }, when: 'hang' });
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.untilOnDisk(A, 'uploading');
  await app.system.close();
  app.store.faults.clear();
  await rm(path.join(app.userDataDir, 'upload-config.json'));
  const unset = await start(app);
  expect((await unset.row(A)).upload?.reason).toEqual({ kind: 'needs-user', code: 'NotConfigured' });
  expect(unset.system.work()).toBeUndefined();
  unset.store.faults.add({ on: { operation: 'putObject', key: `sessions/${A}/${A}.zip` }, when: 'hang' });
  await unset.value('setUploadConfig', form);
  expect(unset.system.work()).toBe('uploading');
  await unset.value('cancelUpload', A);
  expect(unset.system.work()).toBeUndefined();
});

describe('testing a connection', () => {
  test('judges fields before it asks the server', async () => {
    const app = await start();
    const verdict = await app.value('validateUploadConfig', { ...form, bucket: 'NO' });
    expect(verdict).toMatchObject({ valid: false, fieldErrors: { bucket: expect.any(String) as string } });
    expect(app.store.calls).toEqual([]);
  });

  test('uses unsaved values with the stored secret and saves nothing', async () => {
    const app = await start();
    await app.value('setUploadConfig', form);
    const unsaved = { ...form, secretAccessKey: undefined, keyPrefix: 'elsewhere' };
    expect(await app.value('validateUploadConfig', unsaved)).toMatchObject({ valid: true });
    expect(app.store.calls.every((c) => c.key?.startsWith('elsewhere/'))).toBe(true);
    expect(await app.value('getUploadConfig')).toMatchObject({ config: { keyPrefix: 'sessions/' } });
  });

  test('names what the server refused', async () => {
    const app = await start();
    const failure = storeFailure('needs-user', 'SignatureDoesNotMatch', { httpStatus: 403 });
    app.store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
    const verdict = await app.value('validateUploadConfig', form);
    expect(verdict).toMatchObject({ valid: false, error: { code: 'SignatureDoesNotMatch' } });
  });
});

test('progress reaches the windows at most ten times a second, and a change of status at once', async () => {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(20 * MIB));
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  // The fake clock stood still: one push for each status, and no time passed for another.
  expect(app.progress().map((p) => p.status)).toEqual(['pending', 'uploading', 'done']);
});

test('progress held back is told when its time has come', async () => {
  const app = await start();
  await app.sessions.addExported(A, Buffer.alloc(11 * MIB));
  app.store.faults.add({ on: { operation: 'uploadPart', partNumber: 3 }, when: 'hang' });
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await eventually(async () => expect((await app.row(A)).upload?.bytesUploaded).toBe(10 * MIB));
  app.clock.advance(100);
  expect(app.progress().at(-1)).toMatchObject({ status: 'uploading', bytesUploaded: 10 * MIB });
  await app.value('cancelUpload', A);
  expect(app.progress().at(-1)).toMatchObject({ status: 'not_uploaded', bytesUploaded: 0 });
});

describe('claims for the clean-up', () => {
  test('are pending, uploading and done ones; an unreadable state counts', async () => {
    const app = await start();
    const statuses = ['not_uploaded', 'pending', 'uploading', 'done', 'failed'] as const;
    const ids = statuses.map((_, n) => `20260101-000000-000${n}`);
    for (const [n, status] of statuses.entries()) {
      await app.sessions.addExported(ids[n]!, Buffer.alloc(1));
      const state: UploadState = { ...newUploadState(ids[n]!, 1), status };
      await writeFile(app.sessions.uploadStateFile(ids[n]!), JSON.stringify(state));
    }
    await app.sessions.addExported(A, Buffer.alloc(1));
    await writeFile(app.sessions.uploadStateFile(A), '{"version":99}');
    expect(await app.system.claimed()).toEqual(new Set([ids[1], ids[2], ids[3], A]));
  });
});

describe('the local bucket’s preset', () => {
  const preset = {
    endpoint: 'http://127.0.0.1:9123',
    bucket: 'recordings',
    region: 'us-east-1',
    accessKeyId: 'local',
    secretAccessKey: 'local-secret-key-1',
  };

  test('fills empty settings, follows a new port, and never touches a destination of the user’s own', async () => {
    const app = await start();
    await app.system.usePreset(JSON.stringify(preset));
    expect(await app.value('getUploadConfig')).toMatchObject({
      config: { endpoint: preset.endpoint, forcePathStyle: true },
    });
    await app.system.usePreset(JSON.stringify({ ...preset, endpoint: 'http://127.0.0.1:9999' }));
    expect(await app.value('getUploadConfig')).toMatchObject({
      config: { endpoint: 'http://127.0.0.1:9999' },
    });
    await app.value('setUploadConfig', { ...form, endpoint: '' });
    await app.system.usePreset(JSON.stringify(preset));
    expect(await app.value('getUploadConfig')).toMatchObject({
      config: { bucket: form.bucket, accessKeyId: form.accessKeyId },
    });
  });

  test('have its server prove itself until another place is entered', async () => {
    const app = await start();
    const proves = async () =>
      (await app.value<UploadConfigSnapshot>('getUploadConfig')).config?.provesItself ?? false;
    await app.system.usePreset(JSON.stringify(preset));
    expect(await proves()).toBe(false);
    await app.system.usePreset(JSON.stringify({ ...preset, provesItself: true }));
    expect(await proves()).toBe(true);

    const { secretAccessKey: _secret, ...shown } = preset;
    const local = { ...shown, forcePathStyle: true, allowHttp: true, secretStorage: 'weak' };
    await app.value('setUploadConfig', { ...local, maxRetries: 3 });
    expect(await proves()).toBe(true);
    const again = await start(app);
    expect(await again.value('getUploadConfig')).toMatchObject({
      config: { provesItself: true, maxRetries: 3 },
    });
    const elsewhere = {
      ...local,
      endpoint: 'http://127.0.0.1:9000',
      secretAccessKey: preset.secretAccessKey,
    };
    await app.value('setUploadConfig', elsewhere);
    expect(await proves()).toBe(false);
  });
});

test('a connection test finds out what the destination can do, and the settings tell', async () => {
  const app = await start();
  await app.value('setUploadConfig', form);
  const found = async () => (await app.value<UploadConfigSnapshot>('getUploadConfig')).capabilities;
  expect(await found()).toBeUndefined();
  await app.value('validateUploadConfig', form);
  expect(await found()).toEqual({ checksumAlgorithm: 'CRC32', conditionalWrites: true, listParts: true });

  const failure = storeFailure('needs-user', 'AccessDenied', { httpStatus: 403 });
  app.store.faults.add({ on: { operation: 'listParts' }, when: 'before', failure });
  expect(await app.value('validateUploadConfig', form)).toMatchObject({ valid: true });
  expect(await found()).toMatchObject({ listParts: false });
});

test('fields that are far too long are named, one by one, and nothing is saved', async () => {
  const app = await start();
  const long = 'a'.repeat(20_000);
  const fields = [
    'bucket',
    'region',
    'keyPrefix',
    'accessKeyId',
    'secretAccessKey',
    'sessionToken',
    'endpoint',
  ];
  const more = ['caFile', 'kmsKeyId', 'storageClass', 'objectTags'];
  const tooLong = Object.fromEntries([...fields, ...more].map((field) => [field, long]));
  const numbers = { maxRetries: 1e300, partSizeBytes: -1e300, maxBytesPerSecond: 1e300 };
  const saved = await app.value<{ saved: boolean; fieldErrors: object }>('setUploadConfig', {
    ...form,
    ...{ encryption: 'sse-kms', ...tooLong, ...numbers },
  });
  expect(saved.saved).toBe(false);
  expect(Object.keys(saved.fieldErrors)).toEqual(
    expect.arrayContaining([...fields, ...more, ...Object.keys(numbers)]),
  );
  expect(await app.value('setUploadConfig', { ...form, awsProfile: long })).toMatchObject({
    fieldErrors: { awsProfile: expect.stringMatching(/too long/) as string },
  });
});
