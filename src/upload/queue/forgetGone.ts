import { abortAfter } from '../../lib/abortAfter';
import type { Clock, Logger } from '../../shared/runtime';
import type { UploadConfig } from '../../shared/upload';
import type { StorePool } from '../objectStore/storePool';
import { abortUploads } from '../transfer/abortUploads';
import { abandonGeneration } from '../transfer/generation';
import type { JobTable } from './jobTable';

type Parts = { table: JobTable; stores: StorePool; clock: Clock; log: Logger };

/** For all jobs together: a slow server must not delay the exit of a program that has finished. */
const PATIENCE_MS = 30_000;

/**
 * Aborts the unfinished uploads of jobs whose files are gone, and removes these jobs: they are never named again, so
 * nothing else would. No job of the destination may run meanwhile.
 * @param isGone whether the file no longer exists; false if that cannot be determined
 * @returns the number of jobs that could not be removed now
 * @throws AppFailure if the table cannot be read or written; completed removals are kept
 */
export async function forgetGone(
  parts: Parts,
  destinationId: string,
  config: UploadConfig,
  { isGone, stop }: { isGone(source: string): boolean; stop: AbortSignal },
): Promise<number> {
  const left = await parts.table.leftBehind(destinationId);
  const gone = left.filter(({ job }) => isGone(job.source));
  let forgotten = 0;
  await abortAfter(parts.clock, PATIENCE_MS, async (late) => {
    const signal = AbortSignal.any([late, stop]);
    for (const { job, state } of gone) {
      if (signal.aborted) return;
      // Leaves the upload of a lost Create alone: after all this time it may belong to another program.
      const { pendingAborts = [] } = abandonGeneration(state);
      if ((await abortUploads(parts, config, pendingAborts, { signal })).length > 0) continue;
      await parts.table.remove(job.jobId);
      forgotten += 1;
    }
  });
  return gone.length - forgotten;
}
