import { itemOf, noProblem, put, type QueueEvent, type QueueState } from './queueState';
import { uploadedObject, withAnswer } from '../transfer/uploadedObject';

/** The bucket was checked for one of our objects. Leaves the state unchanged if a newer object is recorded since. */
export function noteCheck(
  state: QueueState,
  { jobId, uploadToken, found, now }: Extract<QueueEvent, { kind: 'checked' }>,
): QueueState {
  const item = itemOf(state, jobId);
  const object = uploadedObject(item);
  if (!item || object?.uploadToken !== uploadToken) return state;
  return put(state, now, item, { uploaded: withAnswer(object, found, now), claimed: undefined });
}

/** The bundle exists again: an upload that failed without it can start again, and its error is cleared. */
export function noteBundle(
  state: QueueState,
  { jobId, now }: Extract<QueueEvent, { kind: 'bundle-made' }>,
): QueueState {
  const item = itemOf(state, jobId);
  if (item?.status !== 'failed' || item.reason?.kind !== 'file') return state;
  return put(state, now, item, {
    status: 'not_uploaded',
    reason: undefined,
    retryable: undefined,
    retryCount: 0,
    ...noProblem,
  });
}
