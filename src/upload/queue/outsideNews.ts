import { itemOf, noProblem, put, type QueueEvent, type QueueState } from './queueState';
import { uploadedObject, withAnswer } from '../transfer/uploadedObject';

/** The bucket was asked for an object of ours. What is known of another one since is left as it is. */
export function noteCheck(
  state: QueueState,
  { jobId, uploadToken, found, now }: Extract<QueueEvent, { kind: 'checked' }>,
): QueueState {
  const item = itemOf(state, jobId);
  const object = uploadedObject(item);
  if (!item || object?.uploadToken !== uploadToken) return state;
  return put(state, now, item, { uploaded: withAnswer(object, found, now), claimed: undefined });
}

/** There is a bundle again: an upload that failed for want of it can be begun anew, and complains no more. */
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
