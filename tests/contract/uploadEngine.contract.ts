import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { presignGet } from '../../src/upload/objectStore/s3/presignedLink';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import type { ObjectStore } from '../../src/upload/objectStore/objectStore';
import type { UploadConfig } from '../../src/shared/upload';
import {
  abortsOf,
  failed,
  makeBundle,
  makeTempDir,
  MIB,
  SESSION,
  testConfig,
  UploadBench,
} from '../main/upload/support';
import { readAll, type Destination } from './storeFixture';

/** What the engine does on a server, with capabilities it has to find out by itself. */
export function describeUploadEngine(name: string, server: () => Promise<Destination>): void {
  const setUp = async (size: number) => {
    const place = await server();
    const keyPrefix = `engine/${randomUUID()}/`;
    const config: UploadConfig = { ...testConfig, ...place, keyPrefix, forcePathStyle: true };
    const { accessKeyId, secretAccessKey } = config;
    const credentials = { accessKeyId, secretAccessKey };
    const connect = (): ObjectStore => createS3ObjectStore({ ...config, credentials, now: Date.now });
    const { file, content } = await makeBundle(await makeTempDir(), size);
    const upload = new UploadBench(connect, file, config, null);
    const key = `${keyPrefix}${SESSION}/${SESSION}.zip`;
    return { upload, content, config, key, look: () => look(connect(), keyPrefix, key) };
  };

  describe(`uploads to ${name}`, () => {
    it.each([
      ['in one piece', 100_000],
      ['in parts', 12 * MIB + 5],
    ])('a bundle arrives %s and is verified', async (_how, size) => {
      const { upload, content, look, key } = await setUp(size);
      expect(await upload.run()).toMatchObject({ verifiedAt: 42 });
      expect(await look()).toEqual({ keys: [key], unfinished: 0, sha256: sha256(content) });
    });

    it('a kill after any save costs no acknowledged part', async () => {
      const first = await setUp(11 * MIB);
      await first.upload.run();
      for (let step = 1; step <= first.upload.saves; step++) {
        const { upload, content, look, key } = await setUp(11 * MIB);
        await upload.run({ killAfterSave: step }).catch(() => undefined);
        const saved = upload.disk.bytesUploaded;
        let acknowledged = 0;
        const onProgress = (progress: { bytesAcknowledged: number }) =>
          (acknowledged ||= progress.bytesAcknowledged);
        await upload.run({ onProgress });
        if (!upload.disk.multipart?.completeSentAt) expect(acknowledged).toBeGreaterThanOrEqual(saved);
        expect(await look()).toEqual({ keys: [key], unfinished: 0, sha256: sha256(content) });
      }
    }, 120_000);

    it('a cancelled upload leaves nothing behind', async () => {
      const { upload, look, config } = await setUp(16 * MIB);
      const cancel = new AbortController();
      const onProgress = ({ bytesSent }: { bytesSent: number }) =>
        bytesSent > 0 ? cancel.abort() : undefined;
      expect((await failed(upload.run({ signal: cancel.signal, onProgress }))).verdict).toBe('cancelled');
      await upload.service.abortUploads(config, abortsOf(upload));
      expect(await look()).toMatchObject({ keys: [], unfinished: 0 });
    });

    it('another program’s object is not overwritten', async () => {
      const { upload, look, config, key } = await setUp(1000);
      const { accessKeyId, secretAccessKey } = config;
      const credentials = { accessKeyId, secretAccessKey };
      const store = createS3ObjectStore({ ...config, credentials, now: Date.now });
      const theirs = Buffer.from('theirs');
      await store.putObject({ key, body: theirs, contentType: 'text/plain' });
      store.close();
      expect((await failed(upload.run())).problem.code).toBe('ObjectExists');
      expect(await look()).toMatchObject({ sha256: sha256(theirs) });
    });

    it('a download link gives the bundle to anybody, under its own name, and only that bundle', async () => {
      const { upload, content, config, key } = await setUp(100_000);
      await upload.run();
      const { accessKeyId, secretAccessKey } = config;
      const life = { signedAtMs: Date.now(), expiresInSeconds: 3600 };
      const signed = await presignGet(
        { ...config, credentials: { accessKeyId, secretAccessKey } },
        key,
        life,
      );
      const { url } = signed;
      const reply = await fetch(url);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="${SESSION}.zip"`);
      expect(sha256(Buffer.from(await reply.arrayBuffer()))).toBe(sha256(content));
      expect((await fetch(url.replace(`${SESSION}.zip`, 'another.zip'))).ok).toBe(false);
      expect((await fetch(url.split('?')[0]!)).ok).toBe(false);
      expect(url).not.toContain(secretAccessKey);
    });

    it('testing the connection finds it good and leaves nothing behind', async () => {
      const { upload, look, config } = await setUp(1);
      expect(await upload.service.validateCredentials(config)).toEqual({ valid: true, warnings: undefined });
      expect(await look()).toMatchObject({ keys: [], unfinished: 0 });
    });
  });
}

async function look(store: ObjectStore, prefix: string, key: string) {
  try {
    const keys = (await store.listObjects({ prefix })).map((found) => found.key);
    const unfinished = (await store.listMultipartUploads({ prefix })).length;
    const content = keys.includes(key)
      ? await readAll((await store.getObject({ key })).body)
      : Buffer.alloc(0);
    return { keys, unfinished, sha256: sha256(content) };
  } finally {
    store.close();
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
