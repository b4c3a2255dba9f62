import * as z from 'zod/mini';
import { list } from '../../shared/bounds';
import { pendingAbortSchema, type PendingAbort } from '../../shared/upload';
import { OptionalJsonFile, type DispensableContext } from '../../lib/optionalJsonFile';

export const pendingAbortsSchema = z.object({
  version: z.literal(1),
  aborts: list(pendingAbortSchema, 100_000),
});
const spec = { what: 'list of uploads still to be aborted', version: 1, schema: pendingAbortsSchema };

/** Multipart uploads of deleted sessions that could not be aborted yet: their own state file is gone with them. */
export class OrphanAborts {
  private constructor(
    private readonly file: OptionalJsonFile<typeof pendingAbortsSchema>,
    private aborts: readonly PendingAbort[],
  ) {}

  /** Over a list that a newer version wrote, those that come in this run of the app are kept in memory. */
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

  /** Forgets those that are done with. */
  async drop(uploadIds: readonly string[]): Promise<void> {
    const done = new Set(uploadIds);
    await this.replace(this.aborts.filter(({ uploadId }) => !done.has(uploadId)));
  }

  private async replace(aborts: readonly PendingAbort[]): Promise<void> {
    this.aborts = aborts;
    await this.file.write({ version: 1, aborts: [...aborts] });
  }
}
