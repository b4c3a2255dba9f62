import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { S3Error } from '../errors.ts';
import { BucketFolder } from './bucketFolder.ts';

/** All buckets under one folder. */
export class BucketStore {
  private readonly dir: string;
  private readonly buckets = new Map<string, { folder: BucketFolder; createdAt: number }>();
  constructor(dir: string) {
    this.dir = path.join(dir, 'buckets');
  }

  async open(): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    for (const name of await readdir(this.dir)) await this.load(name);
  }

  list(): { name: string; createdAt: number }[] {
    return [...this.buckets].map(([name, { createdAt }]) => ({ name, createdAt })).sort(byName);
  }

  get(name: string): BucketFolder {
    const found = this.buckets.get(name);
    if (!found) throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
    return found.folder;
  }

  has(name: string): boolean {
    return this.buckets.has(name);
  }

  async create(name: string): Promise<void> {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new S3Error('InvalidBucketName');
    if (this.has(name)) throw new S3Error('BucketAlreadyOwnedByYou');
    await mkdir(path.join(this.dir, name), { recursive: true });
    await this.load(name);
  }

  private async load(name: string): Promise<void> {
    const dir = path.join(this.dir, name);
    const folder = new BucketFolder(dir);
    await folder.open();
    this.buckets.set(name, { folder, createdAt: (await stat(dir)).birthtimeMs });
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
