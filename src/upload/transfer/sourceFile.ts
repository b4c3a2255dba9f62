import { openWithStats, statsOf, statsOfAny, type FileHandle } from '../../lib/guardedFiles';
import type { Clock } from '../../shared/runtime';
import { identityOf, replacedNothing, sameFile, type FileIdentity } from './fileIdentity';
import type { PartRange } from './partPlan';
import { bundleMissing } from '../uploadFailures';

/** The file on disk changed since this attempt opened it, so its content must be checked again. */
export class SourceChanged extends Error {
  constructor() {
    super('the file changed while it was being uploaded');
    this.name = 'SourceChanged';
  }
}

/** The file to upload, as it was when `identity` was taken. */
export type Source = {
  readonly identity: FileIdentity;
  /**
   * @param buffer may be filled with the part
   * @returns the part
   * @throws SourceChanged if the file ends too early, ObjectStoreError `BundleMissing` if it cannot be read
   */
  read(range: PartRange, buffer: Buffer): Promise<Buffer>;
  /**
   * A quick check between parts. Ignores new attributes or links; `requireUntouched` detects them at the end.
   * @throws SourceChanged if the path leads to another file or content
   */
  requireInPlace(): Promise<void>;
  /**
   * Ensures that the bytes read are still the file's content.
   * @throws SourceChanged if the file changed since `identity` was taken, ObjectStoreError `BundleMissing`
   */
  requireUntouched(): Promise<void>;
  close(): Promise<void>;
};

/** An open file. All reads use one handle, so an upload never mixes two files. */
export class SourceFile implements Source {
  private constructor(
    readonly identity: FileIdentity,
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws ObjectStoreError `BundleMissing` */
  static async open(file: string, clock: Pick<Clock, 'now'>): Promise<SourceFile> {
    // Taken before the stats, so that no later change can have an earlier date.
    const seenAt = clock.now();
    const { handle, stats } = await openWithStats(file).catch((cause: unknown) => {
      throw bundleMissing(cause);
    });
    return new SourceFile({ ...identityOf(stats), seenAt }, file, handle);
  }

  async read(range: PartRange, buffer: Buffer): Promise<Buffer> {
    let filled = 0;
    while (filled < range.size) {
      const { bytesRead } = await this.handle
        .read(buffer, filled, range.size - filled, range.offset + filled)
        .catch((cause: unknown) => {
          throw bundleMissing(cause);
        });
      if (bytesRead === 0) throw new SourceChanged();
      filled += bytesRead;
    }
    return buffer.subarray(0, range.size);
  }

  async requireInPlace(): Promise<void> {
    if (!replacedNothing(this.identity, await identityNow(this.file, this.identity)))
      throw new SourceChanged();
  }

  requireUntouched(): Promise<void> {
    return requireUntouched(this.file, this.identity);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** @throws SourceChanged if the file changed since `identity` was taken @throws ObjectStoreError `BundleMissing` */
export async function requireUntouched(file: string, identity: FileIdentity): Promise<void> {
  if (!sameFile(identity, await identityNow(file, identity))) throw new SourceChanged();
}

/** @throws ObjectStoreError `BundleMissing` */
async function identityNow(file: string, before: FileIdentity): Promise<FileIdentity> {
  // A file with the same inode, size and times is the same file, whatever links the path contains.
  const plain = await statsOfAny(file).catch(() => null);
  const identity = plain?.isFile() ? identityOf(plain) : undefined;
  if (identity && sameFile(before, identity)) return identity;
  const stats = await statsOf(file).catch((cause: unknown) => {
    throw bundleMissing(cause);
  });
  if (stats === null) throw bundleMissing(`${file} is gone`);
  return identityOf(stats);
}
