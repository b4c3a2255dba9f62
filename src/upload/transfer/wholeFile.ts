import type { FileIdentity } from './fileIdentity';
import type { PartRange } from './partPlan';
import type { Source } from './sourceFile';

/** Small files cost more time to open than to read. Larger ones go through the buffers that all uploads share. */
export const MAX_WHOLE_BYTES = 256 * 1024;

/**
 * A file that was read at one go. What is uploaded is one version of the file, so nobody looks at the file again: a later
 * change is found when the file is compared with `identity` the next time.
 */
export class WholeFile implements Source {
  constructor(
    readonly identity: FileIdentity,
    private readonly content: Buffer,
  ) {}

  read({ offset, size }: PartRange): Promise<Buffer> {
    return Promise.resolve(this.content.subarray(offset, offset + size));
  }

  requireInPlace(): Promise<void> {
    return Promise.resolve();
  }

  requireUntouched(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
