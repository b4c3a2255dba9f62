import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { S3Error } from '../errors.ts';
import { ContentCheck } from './contentCheck.ts';
import { DataFolder, readJson, remakeFolder, statOrNull, writeJson } from './files.ts';
import { UploadFolder } from './uploadFolder.ts';
import type { StoredObject, StoredPart, StoredUpload, UploadHeader } from './types.ts';

/** Called before an object is replaced; throws to prevent that. */
export type Condition = (current: StoredObject | undefined) => void;

/**
 * One bucket on disk. An object or part exists once its JSON file does; the next start removes content without a JSON
 * file. An object without its content on disk does not exist: see ContentCheck. Changes run one after the other.
 */
export class BucketFolder {
  readonly name: string;
  readonly data: DataFolder;
  private readonly dir: string;
  private readonly content: ContentCheck;
  private readonly objectsDir: string;
  private readonly uploadFolder: UploadFolder;
  private readonly objects = new Map<string, StoredObject>();
  private turn: Promise<unknown> = Promise.resolve();

  /** @param say called with one line for each difference between the disk and the index */
  constructor(dir: string, say: (line: string) => void) {
    this.dir = dir;
    this.name = path.basename(dir);
    this.data = new DataFolder(path.join(dir, 'data'));
    this.content = new ContentCheck(this.data, (key) => this.objectFile(key), say);
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
    // If the whole index is missing, unreferenced content is kept, because the index may come back.
    await this.data.open(this.objects.size > 0 ? this.referredData() : null);
  }

  /** Whether its folder is on disk. */
  async exists(): Promise<boolean> {
    return (await statOrNull(this.dir))?.isDirectory() ?? false;
  }

  /** Creates the bucket's folder again after it was removed. The index is kept, in case the content is put back. */
  async remake(): Promise<void> {
    await mkdir(this.dir, { recursive: true });
  }

  async object(key: string): Promise<StoredObject | undefined> {
    const object = this.objects.get(key);
    return object && (await this.content.hasContent(object)) ? object : undefined;
  }

  hasContent(object: StoredObject): Promise<boolean> {
    return this.content.hasContent(object);
  }

  /** In S3's key order: by UTF-8 bytes; includes objects without their content. */
  sortedIndex(): StoredObject[] {
    return [...this.objects.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  uploads(): Promise<StoredUpload[]> {
    return this.uploadFolder.present();
  }

  /** The upload's parts whose content is on disk. */
  parts(upload: StoredUpload): Promise<StoredPart[]> {
    return this.content.present([...upload.parts.values()]);
  }

  /** Throws NoSuchUpload. */
  async upload(key: string, uploadId: string): Promise<StoredUpload> {
    const upload = this.uploadFolder.get(uploadId);
    if (upload?.key !== key || !(await this.uploadFolder.exists(uploadId)))
      throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId });
    return upload;
  }

  putObject(object: StoredObject, condition: Condition): Promise<void> {
    return this.inTurn(async () => {
      const old = this.objects.get(object.key);
      condition(await this.object(object.key));
      await remakeFolder(this.objectsDir);
      await writeJson(this.objectFile(object.key), object);
      this.objects.set(object.key, object);
      this.content.forget(object.key);
      for (const { data } of old?.segments ?? []) await this.data.remove(data);
    });
  }

  deleteObject(key: string): Promise<void> {
    return this.inTurn(async () => {
      const old = this.objects.get(key);
      if (!old) return;
      this.objects.delete(key);
      this.content.forget(key);
      await rm(this.objectFile(key), { force: true });
      for (const { data } of old.segments) await this.data.remove(data);
    });
  }

  createUpload(header: UploadHeader): Promise<void> {
    return this.inTurn(() => this.uploadFolder.create(header));
  }

  putPart(key: string, uploadId: string, part: StoredPart): Promise<void> {
    return this.inTurn(async () => {
      const old = await this.uploadFolder.putPart(await this.upload(key, uploadId), part);
      if (old) await this.data.remove(old.data);
    });
  }

  /** Makes the object from the chosen parts and deletes the others. */
  async completeUpload(object: StoredObject, upload: StoredUpload, condition: Condition): Promise<void> {
    await this.upload(upload.key, upload.uploadId);
    await this.putObject(object, condition);
    const kept = new Set(object.segments.map(({ data }) => data));
    await this.removeUpload(upload, kept);
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    await this.removeUpload(await this.upload(key, uploadId), new Set());
  }

  private removeUpload(upload: StoredUpload, kept: Set<string>): Promise<void> {
    return this.inTurn(async () => {
      await this.uploadFolder.remove(upload.uploadId);
      for (const { data } of upload.parts.values()) if (!kept.has(data)) await this.data.remove(data);
    });
  }

  /** If a crash left a completed upload behind, aborting it must not delete the object's content. */
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
