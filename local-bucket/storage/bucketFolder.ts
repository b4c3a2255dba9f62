import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { S3Error } from '../errors.ts';
import { DataFolder, readJson, writeJson } from './files.ts';
import { UploadFolder } from './uploadFolder.ts';
import type { StoredObject, StoredPart, StoredUpload, UploadHeader } from './types.ts';

/** Said before an object is replaced; throws when that may not be. */
export type Condition = (current: StoredObject | undefined) => void;

/**
 * One bucket on disk. An object or part is real once its JSON file stands; content that no JSON file refers to is swept
 * away at the next start. Changes are made one after the other.
 */
export class BucketFolder {
  readonly name: string;
  readonly data: DataFolder;
  private readonly objectsDir: string;
  private readonly uploadFolder: UploadFolder;
  private readonly objects = new Map<string, StoredObject>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(dir: string) {
    this.name = path.basename(dir);
    this.data = new DataFolder(path.join(dir, 'data'));
    this.objectsDir = path.join(dir, 'objects');
    this.uploadFolder = new UploadFolder(path.join(dir, 'uploads'));
  }

  async open(): Promise<void> {
    await mkdir(this.objectsDir, { recursive: true });
    for (const name of await readdir(this.objectsDir)) {
      const object = name.endsWith('.json')
        ? await readJson<StoredObject>(path.join(this.objectsDir, name))
        : null;
      if (object) this.objects.set(object.key, object);
      else await rm(path.join(this.objectsDir, name));
    }
    await this.uploadFolder.open();
    await this.dropCompletedUploads();
    await this.data.open(this.referredData());
  }

  object(key: string): StoredObject | undefined {
    return this.objects.get(key);
  }

  /** In the order of keys that S3 lists them in: by UTF-8 bytes. */
  sortedObjects(): StoredObject[] {
    return [...this.objects.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  uploads(): StoredUpload[] {
    return this.uploadFolder.all();
  }

  /** Throws NoSuchUpload. */
  upload(key: string, uploadId: string): StoredUpload {
    const upload = this.uploadFolder.get(uploadId);
    if (upload?.key !== key) throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId });
    return upload;
  }

  putObject(object: StoredObject, condition: Condition): Promise<void> {
    return this.inTurn(async () => {
      const old = this.objects.get(object.key);
      condition(old);
      await writeJson(this.objectFile(object.key), object);
      this.objects.set(object.key, object);
      for (const { data } of old?.segments ?? []) await this.data.remove(data);
    });
  }

  deleteObject(key: string): Promise<void> {
    return this.inTurn(async () => {
      const old = this.objects.get(key);
      if (!old) return;
      this.objects.delete(key);
      await rm(this.objectFile(key), { force: true });
      for (const { data } of old.segments) await this.data.remove(data);
    });
  }

  createUpload(header: UploadHeader): Promise<void> {
    return this.inTurn(() => this.uploadFolder.create(header));
  }

  putPart(key: string, uploadId: string, part: StoredPart): Promise<void> {
    return this.inTurn(async () => {
      const old = await this.uploadFolder.putPart(this.upload(key, uploadId), part);
      if (old) await this.data.remove(old.data);
    });
  }

  /** Makes the object out of the chosen parts; those not chosen go. */
  async completeUpload(object: StoredObject, upload: StoredUpload, condition: Condition): Promise<void> {
    this.upload(upload.key, upload.uploadId);
    await this.putObject(object, condition);
    const kept = new Set(object.segments.map(({ data }) => data));
    await this.removeUpload(upload, kept);
  }

  abortUpload(key: string, uploadId: string): Promise<void> {
    return this.removeUpload(this.upload(key, uploadId), new Set());
  }

  private removeUpload(upload: StoredUpload, kept: Set<string>): Promise<void> {
    return this.inTurn(async () => {
      await this.uploadFolder.remove(upload.uploadId);
      for (const { data } of upload.parts.values()) if (!kept.has(data)) await this.data.remove(data);
    });
  }

  /** A crash between making the object and forgetting its upload must not let an abort take the object's content. */
  private async dropCompletedUploads(): Promise<void> {
    for (const object of this.objects.values()) {
      if (object.uploadId) await this.uploadFolder.remove(object.uploadId);
    }
  }

  private referredData(): Set<string> {
    const segments = [...this.objects.values()].flatMap((object) => object.segments);
    const parts = this.uploadFolder.all().flatMap((upload) => [...upload.parts.values()]);
    return new Set([...segments, ...parts].map(({ data }) => data));
  }

  private objectFile(key: string): string {
    return path.join(this.objectsDir, `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.turn.then(change);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
