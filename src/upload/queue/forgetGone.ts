import { abortAfter } from '../../lib/abortAfter';
import type { Clock, Logger } from '../../shared/runtime';
import type { UploadConfig } from '../../shared/upload';
import type { StorePool } from '../objectStore/storePool';
import { abortUploads } from '../transfer/abortUploads';
import { abandonGeneration } from '../transfer/generation';
import type { JobTable } from './jobTable';

type Parts = { table: JobTable; stores: StorePool; clock: Clock; log: Logger };

/** For all of them together: a slow server must not hold up a program that has done its work. */
const PATIENCE_MS = 30_000;

/**
 * Aborts on the server what jobs left unfinished whose files are gone, and forgets these jobs: nobody asks for them again,
 * so nothing else would. No job of the destination may run meanwhile.
 * @param isGone whether there is no such file any more. One that merely cannot be looked at is not gone.
 * @returns how many could not be forgotten now
 * @throws AppFailure where the table cannot be read or written; what was done until then is recorded
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
      // What a lost Create may have made is left alone: after all this time it may be another program's.
      const { pendingAborts = [] } = abandonGeneration(state);
      if ((await abortUploads(parts, config, pendingAborts, { signal })).length > 0) continue;
      await parts.table.remove(job.jobId);
      forgotten += 1;
    }
  });
  return gone.length - forgotten;
}
