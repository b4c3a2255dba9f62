import type { ObjectStore } from '../objectStore/objectStore';

/** How far the server's clock may be from ours, and how long a Create may be on its way. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;

/** Where a Create was sent whose answer nobody recorded. `createSentAt` is epoch milliseconds. */
export type LostCreate = { key: string; createSentAt: number };

/**
 * The multipart upload that a lost Create made. Parts are sent only to recorded uploads, so it has none; one that has
 * parts belongs to another program. S3 tells of an unfinished upload neither token nor metadata: where several come
 * into question, none of them is taken for ours.
 * @returns the id of the one upload at the key without parts, made about when the Create was sent; null where there is
 * none, or more than one
 * @throws StoreFailure
 */
export async function findLostCreate(
  store: Pick<ObjectStore, 'listMultipartUploads' | 'listParts'>,
  { key, createSentAt }: LostCreate,
  signal: AbortSignal,
): Promise<string | null> {
  const found: string[] = [];
  for (const { key: at, uploadId, initiatedAt } of await store.listMultipartUploads({
    prefix: key,
    signal,
  })) {
    if (at !== key || Math.abs(initiatedAt - createSentAt) > CLOCK_TOLERANCE_MS) continue;
    if ((await store.listParts({ key, uploadId, signal })).length === 0) found.push(uploadId);
  }
  return found.length === 1 ? found[0]! : null;
}
