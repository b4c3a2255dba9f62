import * as z from 'zod/mini';
import { list } from '../../shared/bounds';
import { pendingAbortSchema, type PendingAbort } from '../../shared/upload';
import { OptionalJsonFile, type DispensableContext } from '../../lib/optionalJsonFile';

export const pendingAbortsSchema = z.object({
  version: z.literal(1),
  aborts: list(pendingAbortSchema, 100_000),
});
const spec = { what: 'list of uploads still to be aborted', version: 1, schema: pendingAbortsSchema };

/** Multipart uploads of deleted sessions that are not aborted yet: the sessions' own state files are gone. */
export class OrphanAborts {
  private constructor(
    private readonly file: OptionalJsonFile<typeof pendingAbortsSchema>,
    private aborts: readonly PendingAbort[],
  ) {}

  /** If a newer version wrote the list, additions of this run are kept in memory only. */
  static async open(file: string, context: DispensableContext): Promise<OrphanAborts> {
    const kept = new OptionalJsonFile(file, spec, context);
    const content = await kept.read();
    return new OrphanAborts(kept, content?.aborts ?? []);
  }

  async add(aborts: readonly PendingAbort[]): Promise<void> {
    if (aborts.length > 0) await this.replace([...this.aborts, ...aborts]);
  }

  get pending(): readonly PendingAbort[] {
    return this.aborts;
  }

  /** Removes finished entries. */
  async drop(uploadIds: readonly string[]): Promise<void> {
    const done = new Set(uploadIds);
    await this.replace(this.aborts.filter(({ uploadId }) => !done.has(uploadId)));
  }

  private async replace(aborts: readonly PendingAbort[]): Promise<void> {
    this.aborts = aborts;
    await this.file.write({ version: 1, aborts: [...aborts] });
  }
}
