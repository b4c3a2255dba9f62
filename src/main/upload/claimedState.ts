import type { UploadState } from '../../shared/upload';
import { newUploadState } from './sessionStates';
import { uploadedObject } from '../../upload/transfer/uploadedObject';

/**
 * Reduces a state that another installation wrote to its claim. It causes no request, link or abort; it waits for the
 * user to press Upload. The app asks the bucket for the named object before it trusts the claim.
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

/** Whether a bundle of the session would get this key, with any prefix. */
export function isKeyOf(sessionId: string, key: string): boolean {
  const name = `${sessionId}/${sessionId}.zip`;
  return key === name || key.endsWith(`/${name}`);
}

/** Whether an unsealed upload state of an earlier version names only keys that it could have written itself. */
export function namesOwnKeysOnly({ sessionId, key, s3Key, uploaded, pendingAborts }: UploadState): boolean {
  const keys = [key, s3Key, uploaded?.key, ...pendingAborts.map((abort) => abort.key)];
  return keys.every((one) => one === undefined || isKeyOf(sessionId, one));
}
