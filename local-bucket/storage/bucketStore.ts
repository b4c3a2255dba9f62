import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { S3Error } from '../errors.ts';
import { BucketFolder } from './bucketFolder.ts';

type Bucket = { folder: BucketFolder; createdAt: number; isAway: boolean };

/** All buckets under one folder. */
export class BucketStore {
  private readonly dir: string;
  private readonly buckets = new Map<string, Bucket>();
  private readonly say: (line: string) => void;
  /** @param say called with one line for each difference between the disk and the index */
  constructor(dir: string, say: (line: string) => void) {
    this.dir = path.join(dir, 'buckets');
    this.say = say;
  }

  async open(): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    for (const name of await readdir(this.dir)) await this.load(name);
  }

  async list(): Promise<{ name: string; createdAt: number }[]> {
    const there: { name: string; createdAt: number }[] = [];
    for (const [name, { folder, createdAt }] of this.buckets)
      if (await folder.exists()) there.push({ name, createdAt });
    return there.sort(byName);
  }

  /** Throws NoSuchBucket, also if its folder was removed while the server runs. */
  async get(name: string): Promise<BucketFolder> {
    const found = this.buckets.get(name);
    if (found && (await this.has(name))) return found.folder;
    throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
  }

  async has(name: string): Promise<boolean> {
    const bucket = this.buckets.get(name);
    if (!bucket) return false;
    const exists = await bucket.folder.exists();
    if (exists === bucket.isAway) this.announce(name, bucket);
    return exists;
  }

  async create(name: string): Promise<void> {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new S3Error('InvalidBucketName');
    if (await this.has(name)) throw new S3Error('BucketAlreadyOwnedByYou');
    const gone = this.buckets.get(name);
    if (gone) return gone.folder.remake();
    await mkdir(path.join(this.dir, name), { recursive: true });
    await this.load(name);
  }

  private announce(name: string, bucket: Bucket): void {
    bucket.isAway = !bucket.isAway;
    const folder = path.join(this.dir, name);
    if (bucket.isAway) this.say(`The bucket “${name}” counts as gone until its folder is back: ${folder}.`);
    else this.say(`The bucket “${name}” is there again: its folder is back.`);
  }

  private async load(name: string): Promise<void> {
    const dir = path.join(this.dir, name);
    const folder = new BucketFolder(dir, (line) => this.say(`${name}: ${line}`));
    await folder.open();
    this.buckets.set(name, { folder, createdAt: (await stat(dir)).birthtimeMs, isAway: false });
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
