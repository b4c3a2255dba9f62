import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { readJson, remakeFolder, statOrNull, writeJson } from './files.ts';
import type { StoredPart, StoredUpload, UploadHeader } from './types.ts';

/** Multipart uploads in progress: one folder each, with a file for the upload and one for each part. */
export class UploadFolder {
  private readonly dir: string;
  private readonly uploads = new Map<string, StoredUpload>();
  constructor(dir: string) {
    this.dir = dir;
  }

  async open(): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    for (const uploadId of await readdir(this.dir)) {
      const header = await readJson<UploadHeader>(this.file(uploadId, 'upload.json'));
      if (header) this.uploads.set(uploadId, { ...header, parts: await this.readParts(uploadId) });
      else await rm(path.join(this.dir, uploadId), { recursive: true });
    }
  }

  all(): StoredUpload[] {
    return [...this.uploads.values()];
  }

  /** The uploads that are still on disk. */
  async present(): Promise<StoredUpload[]> {
    const known = this.all();
    const exist = await Promise.all(known.map(({ uploadId }) => this.exists(uploadId)));
    return known.filter((_upload, index) => exist[index]);
  }

  get(uploadId: string): StoredUpload | undefined {
    return this.uploads.get(uploadId);
  }

  /** Whether the upload is still on disk. */
  async exists(uploadId: string): Promise<boolean> {
    return (await statOrNull(this.file(uploadId, 'upload.json'))) !== null;
  }

  async create(header: UploadHeader): Promise<void> {
    await remakeFolder(this.dir);
    await mkdir(path.join(this.dir, header.uploadId));
    await writeJson(this.file(header.uploadId, 'upload.json'), header);
    this.uploads.set(header.uploadId, { ...header, parts: new Map() });
  }

  /** @returns the replaced part, if any */
  async putPart(upload: StoredUpload, part: StoredPart): Promise<StoredPart | undefined> {
    await writeJson(this.file(upload.uploadId, `part-${part.number}.json`), part);
    const old = upload.parts.get(part.number);
    upload.parts.set(part.number, part);
    return old;
  }

  async remove(uploadId: string): Promise<void> {
    this.uploads.delete(uploadId);
    await rm(path.join(this.dir, uploadId), { recursive: true, force: true });
  }

  private async readParts(uploadId: string): Promise<Map<number, StoredPart>> {
    const parts = new Map<number, StoredPart>();
    for (const name of await readdir(path.join(this.dir, uploadId))) {
      if (!/^part-\d+\.json$/.test(name)) continue;
      const part = await readJson<StoredPart>(this.file(uploadId, name));
      if (part) parts.set(part.number, part);
    }
    return parts;
  }

  private file(uploadId: string, name: string): string {
    return path.join(this.dir, uploadId, name);
  }
}
