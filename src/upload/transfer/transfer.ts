import { crc32 } from 'node:zlib';
import { StoreFailure, type Bandwidth, type ObjectHead, type ObjectStore } from '../objectStore/objectStore';
import type { ChecksumAlgorithm, JobState, UploadedObject, UploadedPart } from '../../shared/upload';
import type { Source } from './sourceFile';
import type { ByteCounter } from './byteCounter';
import type { Capabilities } from '../objectStore/capabilities';
import type { Hasher } from './checksums';
import { isUnmarked, judgeObject, TOKEN_METADATA, type ExpectedObject, type Judgement } from './judgeObject';
import type { PartBuffers } from './partBuffers';
import type { PartConcurrency } from './partConcurrency';
import type { PartRange } from './partPlan';
import type { UploadTarget } from '../job';
import { findUploaded } from './uploadedObject';
import { notCheckedYet, notVerifiable, objectDamaged } from '../uploadFailures';
import type { UploadLedger } from './uploadLedger';

/** Everything one generation of an upload works with. */
export type Transfer = {
  store: ObjectStore;
  source: Source;
  /** Whether what the ledger records was made from the file as it is now; otherwise it has to be compared first. */
  isVouchedFor: boolean;
  ledger: UploadLedger;
  bytes: ByteCounter;
  hash: Hasher;
  capabilities: Capabilities;
  /** CRC-32 of the content that the caller wants uploaded; absent where it knows none. */
  madeCrc32?: number;
  /** CRC-32 of the parts that were read, by number, where their checksums are of another kind. */
  partCrcs: Map<number, number>;
  target: UploadTarget;
  partSizeBytes: number;
  concurrency: PartConcurrency;
  buffers: PartBuffers;
  bandwidth: Bandwidth;
  now: () => number;
  signal: AbortSignal;
};

export type UploadResult = NonNullable<JobState['result']>;

/** This generation cannot be finished; the upload has to begin anew. `failure` is told when that happens too often. */
export class StartAnew extends Error {
  constructor(readonly failure: StoreFailure) {
    super(failure.message);
    this.name = 'StartAnew';
  }
}

/** The object stands at our key, and the bucket gives nothing to compare its content by. */
export class Unverifiable extends Error {
  constructor(
    readonly failure: StoreFailure,
    /** What the content was to be compared by. */
    readonly checksumAlgorithm: ChecksumAlgorithm,
  ) {
    super(failure.message);
    this.name = 'Unverifiable';
  }
}

/** What is stored with the object: the target's metadata, and the token that tells which upload wrote it. */
export function objectMetadata({ target, ledger }: Transfer): Record<string, string> {
  return { ...target.metadata, [TOKEN_METADATA]: tokenOf(ledger.state) };
}

/** Reads and hashes a part of the file. */
export async function readPart(
  { source, hash, madeCrc32, partCrcs }: Transfer,
  range: PartRange,
  buffer: Buffer,
): Promise<{ body: Buffer; checksum: ReturnType<Hasher> }> {
  const body = await source.read(range, buffer);
  const checksum = hash(body);
  if (madeCrc32 !== undefined && checksum.algorithm !== 'CRC32') partCrcs.set(range.number, crc32(body));
  return { body, checksum };
}

/** A reply to HEAD has no body to name its cause in: these say no more than 403. */
const BARE_REFUSALS = ['AccessDenied', 'Forbidden', 'HTTP403'];

/**
 * What stands at our key before it was written. Credentials without ListBucket are refused (403) where nothing stands,
 * so a refusal counts as nothing: whether they may write shows when they do.
 * Source: Amazon S3 API reference, HeadObject, "Permissions".
 */
export async function headBefore(transfer: Transfer): Promise<ObjectHead | null> {
  try {
    return await headNow(transfer);
  } catch (error) {
    if (
      error instanceof StoreFailure &&
      error.httpStatus === 403 &&
      BARE_REFUSALS.includes(error.problem.code)
    )
      return null;
    throw error;
  }
}

/** Statuses without a cause of their own, as HEAD has them: asked a moment later the same question may be answered. */
const BARE_STATUS = /^(HTTP\d+|NotImplemented|MethodNotAllowed|NotFound)$/;

function mayPass({ verdict, httpStatus = 0, problem }: StoreFailure): boolean {
  if (verdict === 'retry') return true;
  const isRefusal = verdict === 'needs-user' || verdict === 'conflict';
  return isRefusal && httpStatus >= 400 && ![401, 403].includes(httpStatus) && BARE_STATUS.test(problem.code);
}

/** What stands at our key, asked once more where the answer may have failed in passing. What it says of earlier objects is noted. */
async function headNow(transfer: Transfer): Promise<ObjectHead | null> {
  const { store, target, signal, ledger, now } = transfer;
  let head: ObjectHead | null;
  try {
    head = await store.headObject({ key: target.key, signal });
  } catch (first) {
    if (!(first instanceof StoreFailure) || !mayPass(first)) throw first;
    head = await store.headObject({ key: target.key, signal }).catch((error: unknown) => {
      throw error instanceof StoreFailure && mayPass(error) ? notCheckedYet(error) : error;
    });
  }
  // Our own: what it took the place of is forgotten once it is verified.
  if (head?.metadata[TOKEN_METADATA] === tokenOf(ledger.state)) return head;
  await ledger.noteEarlier((earlier) => findUploaded(head, earlier), now());
  return head;
}

/**
 * Looks at our key and compares. `when`: `after` the server confirmed the object, or while it may not be there yet.
 * @returns the result when the object is this upload's and whole; otherwise whether anything stands there.
 * @throws StartAnew when it is ours but damaged, Unverifiable when there is nothing to compare it by
 */
export async function findVerified(
  transfer: Transfer,
  what: { parts: readonly UploadedPart[]; isMultipart: boolean },
  when: 'before' | 'after',
): Promise<UploadResult | 'absent' | 'foreign'> {
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
    // The server confirmed it: an answer from before that may still be under way.
    head = await headNow(transfer);
    judgement = await judgeAfter(head, expected, ledger.state.uploaded);
  }
  if (!head || judgement === 'absent') return 'absent';
  if (judgement === 'foreign') return 'foreign';
  if (judgement !== 'verified') await ledger.noteEarlier(() => 'other', now());
  if (judgement === 'unverifiable')
    throw new Unverifiable(notVerifiable(toldOf(head)), expected.checksumAlgorithm);
  if (judgement === 'damaged')
    throw new StartAnew(objectDamaged(`expected ${expected.size} bytes, found ${toldOf(head)}`));
  const { etag = '', versionId, checksum } = head;
  return { etag, versionId, checksum: checksum?.value, verifiedAt: now() };
}

/** After a write was confirmed: the object that it replaced is an old answer, and one without marks is ours. */
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

/** For details: what the bucket tells of an object, and what it does not. */
function toldOf({ size, etag, checksum, metadata }: ObjectHead): string {
  const told = [
    `size ${size ?? 'not told'}`,
    `ETag ${etag ?? 'not told'}`,
    `checksum ${checksum ? `${checksum.algorithm} ${checksum.value}` : 'not told'}`,
    `metadata ${isUnmarked({ metadata }) ? 'not told' : 'told'}`,
  ];
  return told.join(', ');
}

function tokenOf(state: JobState): string {
  if (!state.uploadToken) throw new Error('an upload needs its token before anything is sent');
  return state.uploadToken;
}
