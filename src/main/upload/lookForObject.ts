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
 * Asks by HEAD what stands where an upload left its object. A HEAD is answered from an index: what is said to be the same
 * counts only once a byte of it was read; an empty object has none.
 * @throws ObjectStoreError when the server does not answer, or refuses to: what a GET is refused with, where a HEAD was
 * @throws AppFailure NotReadable when it names the object and does not give it
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
    // Whose time was over, or who may not read at all, is told so as ever.
    if (!(error instanceof ObjectStoreError) || look.signal.aborted || error.httpStatus === 403) throw error;
    throw new AppFailure(describeUnreadableObject(describeProblem(error.problem, 'bundle')), {
      cause: error,
    });
  }
}

/** A reply to HEAD has no body to name the cause in; the same question by GET has. */
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
    // A server that knows no ranges sends the whole object.
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
