import { abortAfter } from '../../lib/abortAfter';
import type { StorePool } from '../objectStore/storePool';
import type { ObjectStore } from '../objectStore/objectStore';
import { findLostCreate, type CreateIntent } from './lostCreate';
import type { PendingAbort, UploadConfig } from '../../shared/upload';
import type { Clock, Logger } from '../../shared/runtime';

/** A CreateMultipartUpload whose reply was not recorded. */
export type LostCreate = { bucket: string; key: string; createIntent: CreateIntent };

type Parts = { stores: StorePool; clock: Clock; log: Logger };

/** Time limit for all aborts of one call: slow keys or a slow server must not block the caller. */
const ABORT_PATIENCE_MS = 10_000;

/**
 * Aborts multipart uploads on the server, for at most ten seconds.
 * @param options `lost`: also abort the upload that this Create may have made; `signal`: stops earlier
 * @returns the aborts that failed for now
 */
export function abortUploads(
  parts: Parts,
  config: UploadConfig,
  aborts: readonly PendingAbort[],
  { lost, signal }: { lost?: LostCreate; signal?: AbortSignal } = {},
): Promise<PendingAbort[]> {
  return abortAfter(parts.clock, ABORT_PATIENCE_MS, (late) =>
    abortWhile(signal ? AbortSignal.any([late, signal]) : late, parts, config, { aborts, lost }),
  );
}

async function abortWhile(
  signal: AbortSignal,
  parts: Parts,
  config: UploadConfig,
  { aborts, lost }: { aborts: readonly PendingAbort[]; lost?: LostCreate },
): Promise<PendingAbort[]> {
  // A 404 from another server would not mean that they were aborted.
  const elsewhere = aborts.filter(({ endpoint }) => endpoint !== config.endpoint);
  const here = aborts.filter(({ endpoint }) => endpoint === config.endpoint);
  const remaining: PendingAbort[] = [...elsewhere];
  for (const bucket of new Set([...here, ...(lost ? [lost] : [])].map((a) => a.bucket))) {
    const lease = parts.stores.lease({ ...config, bucket });
    try {
      const found = lost?.bucket === bucket ? await findLost(parts, lease.store, lost, signal) : [];
      const all = [...here.filter((a) => a.bucket === bucket), ...found];
      for (const abort of all)
        if (!(await isAborted(parts, lease.store, abort, signal))) remaining.push(abort);
    } finally {
      if (remaining.length > elsewhere.length) lease.discard();
      else lease.release();
    }
  }
  return remaining;
}

async function findLost(
  { log }: Parts,
  store: ObjectStore,
  { bucket, key, createIntent }: LostCreate,
  signal: AbortSignal,
): Promise<PendingAbort[]> {
  try {
    const uploadId = await findLostCreate(store, key, createIntent, signal);
    return uploadId === null ? [] : [{ bucket, key, uploadId }];
  } catch (error) {
    log.warn('unfinished uploads could not be listed', { key, error: String(error) });
    return [];
  }
}

async function isAborted(
  { log }: Parts,
  store: ObjectStore,
  { key, uploadId }: PendingAbort,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await store.abortMultipartUpload({ key, uploadId, signal });
    return true;
  } catch (error) {
    log.warn('a multipart upload could not be aborted yet', { key, error: String(error) });
    return false;
  }
}
