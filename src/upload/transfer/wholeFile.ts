import type { QuickReads } from '../../lib/quickReads';
import { identityOf, sameFile, type FileIdentity } from './fileIdentity';
import type { PartRange } from './partPlan';
import { requireUntouched, type Source } from './sourceFile';

/** Opening a small file takes longer than reading it. Larger files use the shared buffers. */
export const MAX_WHOLE_BYTES = 256 * 1024;

/** A small file in memory. */
export class WholeFile implements Source {
  private constructor(
    readonly identity: FileIdentity,
    private readonly file: string,
    private readonly content: Buffer,
    private readonly reads: QuickReads,
  ) {}

  /**
   * Reads the file into `buffer`.
   * @param seenAt start time of the read, epoch ms
   * @returns null if the file must be read in another way
   */
  static read(file: string, buffer: Buffer, seenAt: number, reads: QuickReads): WholeFile | null {
    const stats = reads.read(file, buffer);
    if (!stats) return null;
    const content = buffer.subarray(0, Number(stats.size));
    return new WholeFile({ ...identityOf(stats), seenAt }, file, content, reads);
  }

  read({ offset, size }: PartRange): Promise<Buffer> {
    return Promise.resolve(this.content.subarray(offset, offset + size));
  }

  requireInPlace(): Promise<void> {
    return this.requireUntouched();
  }

  async requireUntouched(): Promise<void> {
    const stats = this.reads.look(this.file);
    if (stats?.isFile() && sameFile(this.identity, identityOf(stats))) return;
    await requireUntouched(this.file, this.identity);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
