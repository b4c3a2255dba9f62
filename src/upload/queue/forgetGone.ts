import { abortAfter } from '../../lib/abortAfter';
import type { Clock, Logger } from '../../shared/runtime';
import type { JobState, PendingAbort, UploadConfig } from '../../shared/upload';
import { StoreFailure } from '../objectStore/objectStore';
import type { StorePool } from '../objectStore/storePool';
import { abortUploads } from '../transfer/abortUploads';
import { abandonGeneration } from '../transfer/generation';
import { findLostCreate } from '../transfer/lostCreate';
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
      if (!(await isAborted(parts, config, state, signal))) continue;
      await parts.table.remove(job.jobId);
      forgotten += 1;
    }
  });
  return gone.length - forgotten;
}

/** Whether the server holds nothing more of an upload. */
async function isAborted(
  parts: Parts,
  config: UploadConfig,
  state: JobState,
  signal: AbortSignal,
): Promise<boolean> {
  const { pendingAborts = [] } = abandonGeneration(state);
  const lost = await findLost(parts, config, state, signal);
  if (lost === null) return false;
  return (await abortUploads(parts, config, [...pendingAborts, ...lost])).length === 0;
}

/** What a Create made whose reply was not recorded. Null where that could not be asked now. */
async function findLost(
  { stores, log }: Parts,
  config: UploadConfig,
  { createIntent, endpoint, bucket, key }: JobState,
  signal: AbortSignal,
): Promise<PendingAbort[] | null> {
  if (!createIntent || bucket === undefined || key === undefined) return [];
  try {
    const uploadId = await stores.use({ ...config, bucket }, (store) =>
      findLostCreate(store, key, createIntent, signal),
    );
    return uploadId === null ? [] : [{ endpoint, bucket, key, uploadId }];
  } catch (error) {
    // Whoever may not list can never find it.
    if (error instanceof StoreFailure && error.verdict === 'needs-user') return [];
    log.warn('unfinished uploads could not be listed', { key, error: String(error) });
    return null;
  }
}
