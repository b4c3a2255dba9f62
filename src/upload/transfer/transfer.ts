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

/** The context of one generation of an upload. */
export type Transfer = {
  store: ObjectStore;
  source: Source;
  /** Whether the ledger's records were made from the current file; otherwise they must be compared first. */
  isVouchedFor: boolean;
  ledger: UploadLedger;
  bytes: ByteCounter;
  hash: Hasher;
  capabilities: Capabilities;
  /** CRC-32 of the content that the caller wants to upload; absent if unknown. */
  madeCrc32?: number;
  /** CRC-32 of the parts read so far, by number, if their checksums use another algorithm. */
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

/** This generation cannot be finished; the upload must start again. `failure` is reported if that happens too often. */
export class StartAnew extends Error {
  constructor(readonly failure: ObjectStoreError) {
    super(failure.message);
    this.name = 'StartAnew';
  }
}

/** The object is at our key, but the bucket returns nothing to verify its content. */
export class Unverifiable extends Error {
  constructor(
    readonly failure: ObjectStoreError,
    /** The algorithm of the checksum that was expected. */
    readonly checksumAlgorithm: ChecksumAlgorithm,
  ) {
    super(failure.message);
    this.name = 'Unverifiable';
  }
}

/** The object's metadata: the target's, and the token of the upload. */
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
