import { open, stat, type FileHandle } from 'node:fs/promises';
import type { UploadState } from '../types';
import type { PartRange } from './partPlan';
import { bundleMissing } from './uploadFailures';

/** What tells one content of the bundle from another without reading it. */
export type FileIdentity = NonNullable<UploadState['file']>;

/** The file on disk is no longer the one this upload began with. */
export class BundleChanged extends Error {
  constructor() {
    super('the bundle changed while it was being uploaded');
    this.name = 'BundleChanged';
  }
}

/** An open bundle. Reads go to one handle, so a replaced file is never mixed into an upload. */
export class BundleFile {
  private constructor(
    readonly identity: FileIdentity,
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws StoreFailure `BundleMissing` */
  static async open(file: string): Promise<BundleFile> {
    const handle = await open(file, 'r').catch((cause: unknown) => {
      throw bundleMissing(cause);
    });
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw bundleMissing(`${file} is not a file`);
      return new BundleFile(identityOf(stats), file, handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Fills the start of `buffer` with a part.
   * @throws BundleChanged when the file ends too early, StoreFailure `BundleMissing` when it cannot be read.
   */
  async read(range: PartRange, buffer: Buffer): Promise<Buffer> {
    let filled = 0;
    while (filled < range.size) {
      const { bytesRead } = await this.handle
        .read(buffer, filled, range.size - filled, range.offset + filled)
        .catch((cause: unknown) => {
          throw bundleMissing(cause);
        });
      if (bytesRead === 0) throw new BundleChanged();
      filled += bytesRead;
    }
    return buffer.subarray(0, range.size);
  }

  /** @throws BundleChanged when the path no longer leads to the content this upload began with */
  async requireUnchanged(): Promise<void> {
    const stats = await stat(this.file).catch((cause: unknown) => {
      throw bundleMissing(cause);
    });
    if (!sameFile(identityOf(stats), this.identity)) throw new BundleChanged();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

export function sameFile(a: FileIdentity | undefined, b: FileIdentity): boolean {
  return a !== undefined && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino;
}

/** FAT tells times to two seconds, and what copies a data folder may round them likewise. */
const COARSEST_TIME_MS = 2000;

/**
 * Whether a bundle that was uploaded is the same still, as far as can be told without reading it. Unlike `sameFile` it
 * lets a copy pass that kept its time, e.g. one brought back from a backup.
 */
export function sameContent(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) <= COARSEST_TIME_MS;
}

/** The identity of the file at `file`, or null when it cannot be read. */
export async function identifyFile(file: string): Promise<FileIdentity | null> {
  try {
    const stats = await stat(file);
    return stats.isFile() ? identityOf(stats) : null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null;
    throw error;
  }
}

function identityOf(stats: { size: number; mtimeMs: number; ino: number }): FileIdentity {
  return { size: stats.size, mtimeMs: stats.mtimeMs, ino: stats.ino };
}
