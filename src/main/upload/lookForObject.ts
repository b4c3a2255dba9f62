import { AppFailure } from '../../shared/appError';
import { ObjectStoreError, type ObjectHead, type ObjectStore } from '../../upload/objectStore/objectStore';
import { describeRefusal, describeUnreadableObject } from '../../shared/text/sessionUploadErrors';
import { describeProblem } from '../../shared/text/uploadErrors';
import type { BucketCheck, UploadedObject } from '../../shared/upload';
import { isSameEtag } from '../../upload/transfer/checksums';
import { isUnmarked, TOKEN_METADATA } from '../../upload/transfer/judgeObject';
import { findUploaded } from '../../upload/transfer/uploadedObject';

type Look = { object: UploadedObject; store: ObjectStore; signal: AbortSignal };
type Found = Pick<BucketCheck, 'found' | 'sizeBytes'>;

/**
 * Sends a HEAD for an uploaded object. HEAD may be answered from an index, so a match counts only after one byte was
 * read; an empty object has none.
 * @throws ObjectStoreError when the server does not answer or refuses; a refused HEAD is reported with the GET's error
 * @throws AppFailure NotReadable when the server lists the object but does not return it
 */
export async function lookForObject(look: Look): Promise<Found> {
  const { object, store, signal } = look;
  let head;
  try {
    head = await store.headObject({ key: object.key, signal });
  } catch (error) {
    if (isRefusal(error)) return nameRefusal(look, error);
    throw error;
  }
  const found = findUploaded(head, object);
  if (!found) throw new AppFailure(describeRefusal('too-little-told'));
  return head && found === 'same' && head.size !== 0
    ? readBack(look, head)
    : { found, sizeBytes: head?.size };
}

async function readBack(look: Look, head: ObjectHead): Promise<Found> {
  try {
    const { etag, metadata, bytes } = await readByte(look);
    const isOther = etag !== undefined && head.etag !== undefined && !isSameEtag(etag, head.etag);
    const { foreign, uploadToken } = look.object;
    const isOfOther = !foreign && !isUnmarked({ metadata }) && metadata[TOKEN_METADATA] !== uploadToken;
    if (bytes === 0 || isOther || isOfOther) throw new AppFailure(describeUnreadableObject());
    return { found: 'same', sizeBytes: head.size };
  } catch (error) {
    if (isMissing(error)) return { found: 'gone' };
    // A timeout or a denial is reported unchanged.
    if (!(error instanceof ObjectStoreError) || look.signal.aborted || error.httpStatus === 403) throw error;
    throw new AppFailure(describeUnreadableObject(describeProblem(error.problem, 'bundle')), {
      cause: error,
    });
  }
}

/** The reply to HEAD has no body with the cause; the reply to the same GET has one. */
async function nameRefusal(look: Look, refusal: ObjectStoreError): Promise<Found> {
  try {
    await readByte(look);
  } catch (error) {
    if (isMissing(error)) return { found: 'gone' };
    throw error;
  }
  throw refusal;
}

async function readByte({ object: { key }, store, signal }: Look) {
  const { etag, metadata, body } = await store.getObject({ key, range: { first: 0, last: 0 }, signal });
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // A server without range support sends the whole object.
    if (bytes > 0) break;
  }
  return { etag, metadata, bytes };
}

function isMissing(error: unknown): boolean {
  return error instanceof ObjectStoreError && error.httpStatus === 404;
}

function isRefusal(error: unknown): error is ObjectStoreError {
  return (
    error instanceof ObjectStoreError && error.verdict === 'needs-user' && error.httpStatus !== undefined
  );
}
