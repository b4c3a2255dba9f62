import { crc32 } from 'node:zlib';
import type { Bandwidth, ObjectStore, ObjectStoreError } from '../objectStore/objectStore';
import type { ChecksumAlgorithm, JobState } from '../../shared/upload';
import type { Source } from './sourceFile';
import type { ByteCounter } from './byteCounter';
import type { Capabilities } from '../objectStore/capabilities';
import type { Hasher } from './checksums';
import { TOKEN_METADATA } from './judgeObject';
import type { PartBuffers } from './partBuffers';
import type { PartConcurrency } from './partConcurrency';
import type { PartRange } from './partPlan';
import type { UploadTarget } from '../job';
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
  constructor(readonly failure: ObjectStoreError) {
    super(failure.message);
    this.name = 'StartAnew';
  }
}

/** The object stands at our key, and the bucket gives nothing to compare its content by. */
export class Unverifiable extends Error {
  constructor(
    readonly failure: ObjectStoreError,
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

export function tokenOf(state: JobState): string {
  if (!state.uploadToken) throw new Error('an upload needs its token before anything is sent');
  return state.uploadToken;
}
