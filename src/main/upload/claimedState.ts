import type { UploadState } from '../../shared/upload';
import { newUploadState } from './sessionStates';
import { uploadedObject } from '../../upload/transfer/uploadedObject';

/**
 * What is kept of a state that another installation wrote: only its claim. Nothing is sent, linked
 * or aborted by it; it waits for the user to press Upload. The object that it names is asked for before it counts.
 */
export function asClaim(state: UploadState): UploadState {
  const { sessionId, status, createdAt, updatedAt, generation } = state;
  const object = uploadedObject(state);
  const uploaded = object && isKeyOf(sessionId, object.key) ? { ...object, check: undefined } : undefined;
  return {
    ...newUploadState(sessionId, createdAt),
    ...{ updatedAt, generation, uploaded },
    claimed: state.claimed ?? status,
  };
}

/** Whether a key is one that a bundle of the session gets, under whichever prefix. */
export function isKeyOf(sessionId: string, key: string): boolean {
  const name = `${sessionId}/${sessionId}.zip`;
  return key === name || key.endsWith(`/${name}`);
}

/** Whether an upload state of an earlier version, which sealed none, names only what it could have written itself. */
export function namesOwnKeysOnly({ sessionId, key, s3Key, uploaded, pendingAborts }: UploadState): boolean {
  const keys = [key, s3Key, uploaded?.key, ...pendingAborts.map((abort) => abort.key)];
  return keys.every((one) => one === undefined || isKeyOf(sessionId, one));
}
