import { randomUUID } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Segment } from './types.ts';

/** Replaces a JSON file atomically: a crash leaves the old or the new content. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeDurably(file, [Buffer.from(`${JSON.stringify(value, null, 2)}\n`)]);
}

/** Null if there is no such file. */
export async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Temporary file, fsync, rename, fsync of the folder. */
export async function writeDurably(
  file: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  beforeKeeping: () => void = () => {},
): Promise<void> {
  const temporary = `${file}.tmp-${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    beforeKeeping();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for fsync.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems lack this call (vboxsf, FUSE); the object is written all the same.
    if (!['EINVAL', 'ENOSYS', 'ENOTSUP', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  } finally {
    await handle.close();
  }
}

/** Null if nothing has that name. Throws if that cannot be determined. */
export async function statOrNull(file: string): Promise<Stats | null> {
  try {
    return await stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Creates a folder that was removed while the server runs. Not recursive: without its bucket it is not created. */
export async function remakeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** The contents of a bucket's objects and parts: files that are written once and never changed. */
export class DataFolder {
  private readonly dir: string;
  constructor(dir: string) {
    this.dir = dir;
  }

  /** Creates the folder, and removes unreferenced content left by a crash; null: the references are unknown. */
  async open(referred: Set<string> | null): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    if (!referred) return;
    for (const name of await readdir(this.dir)) if (!referred.has(name)) await this.remove(name);
  }

  /** Streams to disk; `verify` may reject the content before it is kept. */
  async write(chunks: AsyncIterable<Buffer>, verify: () => void): Promise<string> {
    const name = randomUUID();
    await remakeFolder(this.dir);
    await writeDurably(path.join(this.dir, name), chunks, verify);
    return name;
  }

  /** The problem of a content file, in words; null if it is as written. */
  async faultOf({ data, size }: Segment): Promise<string | null> {
    const found = await statOrNull(path.join(this.dir, data));
    if (!found?.isFile()) return `data/${data} is missing`;
    return found.size === size ? null : `data/${data} has ${found.size} bytes instead of ${size}`;
  }

  async remove(name: string): Promise<void> {
    await rm(path.join(this.dir, name), { force: true });
  }

  /** Bytes `first` to `last`, inclusive, of the concatenated segments. */
  async *read(segments: Segment[], first: number, last: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { data, size } of segments) {
      const start = Math.max(first - offset, 0);
      const end = Math.min(last - offset, size - 1);
      offset += size;
      if (start > end) continue;
      const file = path.join(this.dir, data);
      const stream = createReadStream(file, { start, end, highWaterMark: 1024 * 1024 });
      for await (const chunk of stream) yield chunk as Buffer;
    }
  }
}
