import type { PendingAbort, UploadFacts } from '../../shared/upload';
import type { Random } from '../../shared/runtime';
import { vouchesFor, type FileIdentity } from './fileIdentity';

/**
 * The state changes needed before this file can go to this key. Null if the recorded generation can continue: the
 * target is the same, and the file is unchanged, or an unfinished upload has the same size, so that its parts can be
 * compared. Otherwise a new generation with its own token; an unfinished multipart upload is recorded for aborting.
 */
export function nextGeneration(
  state: UploadFacts,
  target: { endpoint?: string; bucket: string; key: string; file: FileIdentity },
  random: Pick<Random, 'uuid'>,
): Partial<UploadFacts> | null {
  const { endpoint, bucket, key, file } = target;
  const isSamePlace = state.endpoint === endpoint && state.bucket === bucket && state.key === key;
  const isComparable = state.file?.size === file.size && state.result === undefined;
  if (isSamePlace && state.uploadToken && (isComparable || vouchesFor(state.file, file))) return null;
  return {
    ...abandonGeneration(state),
    endpoint,
    bucket,
    key,
    file,
    totalBytes: file.size,
    createIntent: isSamePlace ? state.createIntent : undefined,
    uploadToken: random.uuid(),
    generation: state.uploadToken ? state.generation + 1 : state.generation,
  };
}

/** Discards the upload so far, and records its possible leftovers on the server. */
export function abandonGeneration(state: UploadFacts): Partial<UploadFacts> {
  return {
    bytesUploaded: 0,
    multipart: undefined,
    result: undefined,
    earlierToken: state.uploadToken ?? state.earlierToken,
    pendingAborts: addAbort(state),
  };
}

function addAbort({
  pendingAborts,
  multipart,
  endpoint,
  bucket,
  key,
  destinationId,
}: UploadFacts): PendingAbort[] {
  if (!multipart || !bucket || !key) return pendingAborts;
  if (pendingAborts.some(({ uploadId }) => uploadId === multipart.uploadId)) return pendingAborts;
  return [...pendingAborts, { endpoint, bucket, key, uploadId: multipart.uploadId, destinationId }];
}
