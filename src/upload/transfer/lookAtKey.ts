import { ObjectStoreError, type ObjectHead } from '../objectStore/objectStore';
import type { UploadedObject, UploadedPart } from '../../shared/upload';
import { notCheckedYet, notVerifiable, objectDamaged } from '../uploadFailures';
import { compareContent } from './compareContent';
import { isUnmarked, judgeObject, TOKEN_METADATA, type ExpectedObject, type Judgement } from './judgeObject';
import { StartAnew, tokenOf, Unverifiable, type Transfer, type UploadResult } from './transfer';
import { findUploaded } from './uploadedObject';

/** The object at a key. `head` is null if there is none. */
export type Found =
  | { found: 'absent' | 'foreign'; head: ObjectHead | null }
  | { found: 'verified'; head: ObjectHead; result: UploadResult };

/** A reply to HEAD has no body with the cause: these codes say no more than 403. */
const BARE_REFUSALS = ['AccessDenied', 'Forbidden', 'HTTP403'];

/**
 * The object at our key before the write. Without ListBucket permission, S3 returns 403 if there is no object, so a
 * refusal counts as no object; the write itself shows whether writing is allowed.
 * Source: Amazon S3 API reference, HeadObject, "Permissions".
 */
export async function headBefore(transfer: Transfer): Promise<ObjectHead | null> {
  try {
    return await headNow(transfer);
  } catch (error) {
    if (
      error instanceof ObjectStoreError &&
      error.httpStatus === 403 &&
      BARE_REFUSALS.includes(error.problem.code)
    )
      return null;
    throw error;
  }
}

/** Codes of HEAD replies without a cause: the same request may succeed a moment later. */
const BARE_STATUS = /^(HTTP\d+|NotImplemented|MethodNotAllowed|NotFound)$/;

function mayPass({ verdict, httpStatus = 0, problem }: ObjectStoreError): boolean {
  if (verdict === 'retry') return true;
  const isRefusal = verdict === 'needs-user' || verdict === 'conflict';
  return isRefusal && httpStatus >= 400 && ![401, 403].includes(httpStatus) && BARE_STATUS.test(problem.code);
}

/**
 * The object at our key; retries once after a failure that may be transient. Notes what the reply says about earlier
 * objects.
 */
async function headNow(transfer: Transfer): Promise<ObjectHead | null> {
  const { store, target, signal, ledger, now } = transfer;
  let head: ObjectHead | null;
  try {
    head = await store.headObject({ key: target.key, signal });
  } catch (first) {
    if (!(first instanceof ObjectStoreError) || !mayPass(first)) throw first;
    head = await store.headObject({ key: target.key, signal }).catch((error: unknown) => {
      throw error instanceof ObjectStoreError && mayPass(error) ? notCheckedYet(error) : error;
    });
  }
  // Our own object: the record of the replaced one is dropped once this one is verified.
  if (head?.metadata[TOKEN_METADATA] === tokenOf(ledger.state)) return head;
  await ledger.noteEarlier((earlier) => findUploaded(head, earlier), now());
  return head;
}

/**
 * Looks up our key and compares. `when`: `after` the server confirmed the object, or `before`, while it may not exist
 * yet.
 * @returns the result if the object is this upload's and complete, or has no token and the same content
 * @throws StartAnew if it is ours but damaged, Unverifiable if its content cannot be compared
 */
export async function findVerified(
  transfer: Transfer,
  what: { parts: readonly UploadedPart[]; isMultipart: boolean },
  when: 'before' | 'after',
): Promise<Found> {
  const { ledger, capabilities, source, now } = transfer;
  const expected: ExpectedObject = {
    size: source.identity.size,
    uploadToken: tokenOf(ledger.state),
    checksumAlgorithm: ledger.state.multipart?.checksumAlgorithm ?? capabilities.checksumAlgorithm,
    ...what,
  };
  let head = await (when === 'before' ? headBefore : headNow)(transfer);
  let judgement = await judgeObject(head, expected);
  if (when === 'after' && judgement !== 'verified') {
    // The server confirmed the object, so this reply may be stale: ask once more.
    head = await headNow(transfer);
    judgement = await judgeAfter(head, expected, ledger.state.uploaded);
  }
  if (!head || judgement === 'absent') return { found: 'absent', head };
  if (judgement === 'foreign') return { found: 'foreign', head };
  if (judgement === 'unverifiable' && when === 'before' && isUnmarked(head)) {
    const content = await compareContent(transfer, head, what.parts);
    if (content === 'same') return { found: 'verified', head, result: foreignResult(head, now()) };
    if (content === 'other') return { found: 'foreign', head };
  }
  if (judgement !== 'verified') await ledger.noteEarlier(() => 'other', now());
  if (judgement === 'unverifiable')
    throw new Unverifiable(notVerifiable(toldOf(head)), expected.checksumAlgorithm);
  if (judgement === 'damaged')
    throw new StartAnew(objectDamaged(`expected ${expected.size} bytes, found ${toldOf(head)}`));
  const { uploaded } = ledger.state;
  const isForeign = isUnmarked(head) && uploaded?.foreign && findUploaded(head, uploaded) === 'same';
  return { found: 'verified', head, result: (isForeign ? foreignResult : resultOf)(head, now()) };
}

function resultOf({ etag = '', versionId, checksum }: ObjectHead, verifiedAt: number): UploadResult {
  return { etag, versionId, checksum: checksum?.value, verifiedAt };
}

/** The result for another upload's object with the same content. */
export function foreignResult(head: ObjectHead, verifiedAt: number): UploadResult {
  return { ...resultOf(head, verifiedAt), foreign: true };
}

/** After a confirmed write: an object that it replaced is a stale reply, and one without a token is ours. */
async function judgeAfter(
  head: ObjectHead | null,
  expected: ExpectedObject,
  earlier: UploadedObject | undefined,
): Promise<Judgement> {
  const judgement = await judgeObject(head, expected);
  if (!head || judgement !== 'foreign') return judgement;
  if (earlier && findUploaded(head, earlier) === 'same') return 'absent';
  return isUnmarked(head) ? 'damaged' : 'foreign';
}

/** For details: the fields that the bucket returned for an object, and those missing. */
function toldOf({ size, etag, checksum, metadata }: ObjectHead): string {
  const told = [
    `size ${size ?? 'not told'}`,
    `ETag ${etag ?? 'not told'}`,
    `checksum ${checksum ? `${checksum.algorithm} ${checksum.value}` : 'not told'}`,
    `metadata ${isUnmarked({ metadata }) ? 'not told' : 'told'}`,
  ];
  return told.join(', ');
}
