import type { JobState } from '../../shared/upload';
import { ObjectStoreError, type ObjectStore } from '../objectStore/objectStore';

/** The unfinished uploads at the key before a Create was sent. */
export type CreateIntent = NonNullable<JobState['createIntent']>;

type Lists = Pick<ObjectStore, 'listMultipartUploads' | 'listParts'>;

/**
 * The most ids to record. If more programs than that upload to one key, a lost Create is left to the bucket's own
 * cleanup.
 */
const MOST_OTHERS = 100;

/**
 * The record to save before a Create. Listing may be denied: then a lost Create cannot be distinguished from others.
 */
export async function createIntent(store: Lists, key: string, signal: AbortSignal): Promise<CreateIntent> {
  try {
    const others = await unfinishedAt(store, key, signal);
    return others.length > MOST_OTHERS ? {} : { others };
  } catch (error) {
    if (error instanceof ObjectStoreError && error.verdict === 'needs-user') return {};
    throw error;
  }
}

/**
 * The multipart upload of a lost Create. S3 lists unfinished uploads without token or metadata. Ours did not exist
 * before, and has no parts, because parts are sent only to recorded uploads. If there are several candidates, none
 * counts as ours.
 * @throws ObjectStoreError
 */
export async function findLostCreate(
  store: Lists,
  key: string,
  { others }: CreateIntent,
  signal: AbortSignal,
): Promise<string | null> {
  if (others === undefined) return null;
  const found: string[] = [];
  for (const uploadId of await unfinishedAt(store, key, signal)) {
    if (others.includes(uploadId)) continue;
    if ((await store.listParts({ key, uploadId, signal })).length === 0) found.push(uploadId);
  }
  return found.length === 1 ? found[0]! : null;
}

async function unfinishedAt(store: Lists, key: string, signal: AbortSignal): Promise<string[]> {
  const uploads = await store.listMultipartUploads({ prefix: key, signal });
  return uploads.filter((upload) => upload.key === key).map(({ uploadId }) => uploadId);
}
