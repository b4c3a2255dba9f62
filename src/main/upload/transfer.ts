import {
  StoreFailure,
  type Bandwidth,
  type ChecksumAlgorithm,
  type ObjectHead,
  type ObjectStore,
  type UploadState,
  type UploadedPart,
} from '../types';
import type { BundleFile } from './bundleFile';
import type { ByteCounter } from './byteCounter';
import type { Capabilities } from './capabilities';
import type { Hasher } from './checksums';
import { judgeObject, SESSION_METADATA, TOKEN_METADATA, type ExpectedObject } from './judgeObject';
import type { PartBuffers } from './partBuffers';
import type { PartConcurrency } from './partConcurrency';
import type { PartRange } from './partPlan';
import { findUploaded } from './uploadedObject';
import { notVerifiable, objectDamaged } from './uploadFailures';
import type { UploadLedger } from './uploadLedger';

/** Everything one generation of an upload works with. */
export type Transfer = {
  store: ObjectStore;
  bundle: BundleFile;
  /** Whether what the ledger records was made from the bundle as it is now; otherwise it has to be compared first. */
  isVouchedFor: boolean;
  ledger: UploadLedger;
  bytes: ByteCounter;
  hash: Hasher;
  capabilities: Capabilities;
  key: string;
  partSizeBytes: number;
  concurrency: PartConcurrency;
  buffers: PartBuffers;
  bandwidth: Bandwidth;
  now: () => number;
  signal: AbortSignal;
};

export type UploadResult = NonNullable<UploadState['result']>;

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

export const BUNDLE_CONTENT_TYPE = 'application/zip';

export function objectMetadata(state: UploadState): Record<string, string> {
  return { [TOKEN_METADATA]: tokenOf(state), [SESSION_METADATA]: state.sessionId };
}

/** Reads and hashes a part of the bundle. */
export async function readPart(
  { bundle, hash }: Transfer,
  range: PartRange,
  buffer: Buffer,
): Promise<{ body: Buffer; checksum: ReturnType<Hasher> }> {
  const body = await bundle.read(range, buffer);
  return { body, checksum: hash(body) };
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
    if (error instanceof StoreFailure && error.httpStatus === 403 && BARE_REFUSALS.includes(error.error.code))
      return null;
    throw error;
  }
}

/** What stands at our key. What that says of an earlier upload's object is noted. */
async function headNow({ store, key, signal, ledger, now }: Transfer): Promise<ObjectHead | null> {
  const head = await store.headObject({ key, signal });
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
  const { ledger, capabilities, bundle, now } = transfer;
  const head = await (when === 'before' ? headBefore : headNow)(transfer);
  const expected: ExpectedObject = {
    size: bundle.identity.size,
    uploadToken: tokenOf(ledger.state),
    checksumAlgorithm: ledger.state.multipart?.checksumAlgorithm ?? capabilities.checksumAlgorithm,
    ...what,
  };
  const judgement = await judgeObject(head, expected);
  if (!head || judgement === 'absent') return 'absent';
  if (judgement === 'foreign') return 'foreign';
  if (judgement !== 'verified') await ledger.noteEarlier(() => 'other', now());
  if (judgement === 'unverifiable')
    throw new Unverifiable(notVerifiable(`ETag ${head.etag}`), expected.checksumAlgorithm);
  if (judgement === 'damaged')
    throw new StartAnew(objectDamaged(`expected ${expected.size} bytes, found ${head.size}, ${head.etag}`));
  const { etag, versionId, checksum } = head;
  return { etag, versionId, checksum: checksum?.value, verifiedAt: now() };
}

function tokenOf(state: UploadState): string {
  if (!state.uploadToken) throw new Error('an upload needs its token before anything is sent');
  return state.uploadToken;
}
