import type {
  Checksum,
  ListedPart,
  ObjectHead,
  ObjectStore,
  ReadObject,
  WriteCondition,
} from '../../src/upload/objectStore/objectStore';
import { checksumOf, compositeOf, md5Hex } from './bodyChecksums';
import { FAKE_NOW_MS } from './FakeClock';
import { storeFailure, StoreFaults, type StoreCallRecord, type StoreOperation } from './storeFaults';

export type MemoryStoreOptions = {
  /** False for a bucket that neither checks nor keeps CRC checksums (MD5 is checked everywhere). Default true. */
  keepsChecksums?: boolean;
  /** Smallest part but the last, bytes. Default S3's 5 MiB; less lets unit tests use small bodies. */
  minPartSizeBytes?: number;
  /** Epoch milliseconds, for the start of multipart uploads. */
  now?: () => number;
};

/** This bucket tells everything. */
type WholeHead = ObjectHead & { size: number; etag: string };
type StoredObject = { body: Uint8Array; contentType: string; head: WholeHead };
type StoredPart = { body: Uint8Array; etag: string; checksum?: Checksum };
type StoredUpload = {
  key: string;
  contentType: string;
  metadata: Record<string, string>;
  checksumAlgorithm?: Checksum['algorithm'];
  initiatedAt: number;
  parts: Map<number, StoredPart>;
};
type Input<N extends StoreOperation> = Parameters<ObjectStore[N]>[0];

const MIB = 1024 * 1024;

/** An S3 bucket in memory, for unit tests: same answers and verdicts as a real one, with faults by script. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, StoredUpload>();
  readonly faults = new StoreFaults();
  /** Every call that was made, in order, failed ones included. */
  readonly calls: StoreCallRecord[] = [];
  private lastUploadNumber = 0;
  private readonly options: Required<MemoryStoreOptions>;

  constructor(options: MemoryStoreOptions = {}) {
    this.options = { keepsChecksums: true, minPartSizeBytes: 5 * MIB, now: () => FAKE_NOW_MS, ...options };
  }

  putObject(input: Input<'putObject'>): ReturnType<ObjectStore['putObject']> {
    return this.call('putObject', input, async () => {
      await this.checkBody(input.body, input.checksum);
      this.checkCondition(input);
      const etag = `"${md5Hex(input.body)}"`;
      const kept = this.keeps(input.checksum) ? { ...input.checksum!, composite: false } : undefined;
      this.store(input, input.body, etag, kept);
      return { etag, checksum: this.keeps(input.checksum) ? input.checksum : undefined };
    });
  }

  headObject(input: Input<'headObject'>): Promise<ObjectHead | null> {
    return this.call('headObject', input, async () => this.objects.get(input.key)?.head ?? null);
  }

  getObject(input: Input<'getObject'>): Promise<ReadObject> {
    return this.call('getObject', input, async () => {
      const stored = this.objects.get(input.key);
      if (!stored) throw storeFailure('needs-user', 'NoSuchKey', { httpStatus: 404 });
      const { range } = input;
      const body = range ? stored.body.subarray(range.first, range.last + 1) : stored.body;
      const { etag, metadata } = stored.head;
      return { size: body.length, etag, metadata, body: oneChunk(body) };
    });
  }

  deleteObject(input: Input<'deleteObject'>): Promise<void> {
    return this.call('deleteObject', input, async () => void this.objects.delete(input.key));
  }

  createMultipartUpload(input: Input<'createMultipartUpload'>): Promise<{ uploadId: string }> {
    return this.call('createMultipartUpload', input, async () => {
      const uploadId = `upload-${(this.lastUploadNumber += 1)}`;
      const { key, contentType, metadata = {}, checksumAlgorithm } = input;
      const initiatedAt = this.options.now();
      const parts = new Map<number, StoredPart>();
      this.uploads.set(uploadId, { key, contentType, metadata, checksumAlgorithm, initiatedAt, parts });
      return { uploadId };
    });
  }

  uploadPart(input: Input<'uploadPart'>): Promise<{ etag: string; checksum?: Checksum }> {
    return this.call('uploadPart', input, async () => {
      const upload = this.findUpload(input);
      await this.checkBody(input.body, input.checksum);
      const checksum = this.keeps(input.checksum) ? input.checksum : undefined;
      const part = { body: copyOf(input.body), etag: `"${md5Hex(input.body)}"`, checksum };
      upload.parts.set(input.number, part);
      return { etag: part.etag, checksum };
    });
  }

  listParts(input: Input<'listParts'>): Promise<ListedPart[]> {
    return this.call('listParts', input, async () =>
      [...this.findUpload(input).parts]
        .sort(([a], [b]) => a - b)
        .map(([number, part]) => listed(number, part)),
    );
  }

  completeMultipartUpload(input: Input<'completeMultipartUpload'>): Promise<{ etag?: string }> {
    return this.call('completeMultipartUpload', input, async () => {
      const upload = this.findUpload(input);
      this.checkCondition(input);
      const parts = this.chosenParts(upload, input.parts);
      const body = Buffer.concat(parts.map((part) => part.body));
      const etag = `"${md5Hex(Buffer.concat(parts.map((part) => Buffer.from(part.etag.slice(1, -1), 'hex'))))}-${parts.length}"`;
      this.store(upload, body, etag, await this.objectChecksum(upload, parts, body));
      this.uploads.delete(input.uploadId);
      return { etag };
    });
  }

  abortMultipartUpload(input: Input<'abortMultipartUpload'>): Promise<void> {
    return this.call('abortMultipartUpload', input, async () => void this.uploads.delete(input.uploadId));
  }

  listMultipartUploads(input: Input<'listMultipartUploads'>) {
    return this.call('listMultipartUploads', input, async () =>
      [...this.uploads]
        .filter(([, upload]) => upload.key.startsWith(input.prefix))
        .map(([uploadId, { key, initiatedAt }]) => ({ key, uploadId, initiatedAt })),
    );
  }

  listObjects(input: Input<'listObjects'>): Promise<{ key: string; size: number }[]> {
    return this.call('listObjects', input, async () =>
      [...this.objects]
        .filter(([key]) => key.startsWith(input.prefix))
        .map(([key, { body }]) => ({ key, size: body.length }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }

  close(): void {}

  /** Sum of bodies received for an operation, for counting what was sent twice. */
  bytesReceived(operation: StoreOperation = 'uploadPart'): number {
    return this.calls.filter((c) => c.operation === operation).reduce((sum, c) => sum + c.bytes, 0);
  }

  private async call<T>(operation: StoreOperation, input: CallInput, run: () => Promise<T>): Promise<T> {
    const { key, number: partNumber, body, signal, onBytesSent } = input;
    const record = { operation, key, partNumber, bytes: body?.length ?? 0 };
    this.calls.push(record);
    await Promise.resolve();
    if (signal?.aborted) throw storeFailure('cancelled', 'Cancelled');
    const fault = this.faults.take(record);
    const bodySent = fault?.when === 'hang' && fault.bodySent === true;
    if (bodySent && body) onBytesSent?.(body.length);
    if (fault?.when === 'hang') {
      if (fault.done) await run();
      fault.onReached?.();
      await waitOrCancel(fault.release, signal);
    }
    if (fault?.when === 'before') {
      if (fault.release) await waitOrCancel(fault.release, signal);
      throw fault.failure;
    }
    if (body && !bodySent) onBytesSent?.(body.length);
    const result = await run();
    if (fault?.when === 'after') throw fault.failure;
    return result;
  }

  private store(
    {
      key,
      contentType,
      metadata = {},
    }: Pick<Input<'createMultipartUpload'>, 'key' | 'contentType' | 'metadata'>,
    body: Uint8Array,
    etag: string,
    checksum?: ObjectHead['checksum'],
  ): void {
    const head = { size: body.length, etag, metadata, checksum };
    this.objects.set(key, { body: copyOf(body), contentType, head });
  }

  private findUpload(input: { key: string; uploadId: string }): StoredUpload {
    const upload = this.uploads.get(input.uploadId);
    if (upload?.key !== input.key) throw storeFailure('gone', 'NoSuchUpload', { httpStatus: 404 });
    return upload;
  }

  private checkCondition({ key, ifNoneMatch, ifMatch }: { key: string } & WriteCondition): void {
    const stored = this.objects.get(key);
    if (ifMatch !== undefined && !stored) throw storeFailure('needs-user', 'NoSuchKey', { httpStatus: 404 });
    if ((ifNoneMatch && stored) || (ifMatch !== undefined && stored?.head.etag !== ifMatch))
      throw storeFailure('conflict', 'PreconditionFailed', { httpStatus: 412 });
  }

  private keeps(checksum: Checksum | undefined): boolean {
    return this.options.keepsChecksums && checksum !== undefined && checksum.algorithm !== 'MD5';
  }

  private async checkBody(body: Uint8Array, checksum: Checksum | undefined): Promise<void> {
    if (!checksum || !(checksum.algorithm === 'MD5' || this.keeps(checksum))) return;
    const actual = await checksumOf(checksum.algorithm, body);
    if (actual.value !== checksum.value) throw storeFailure('corrupt', 'BadDigest', { httpStatus: 400 });
  }

  private chosenParts(upload: StoredUpload, wanted: { number: number; etag: string }[]): StoredPart[] {
    return wanted.map(({ number, etag }, index) => {
      const part = upload.parts.get(number);
      if (!part || part.etag !== etag) throw storeFailure('gone', 'InvalidPart', { httpStatus: 400 });
      const last = index === wanted.length - 1;
      if (!last && part.body.length < this.options.minPartSizeBytes)
        throw storeFailure('needs-user', 'EntityTooSmall', { httpStatus: 400 });
      return part;
    });
  }

  private async objectChecksum(
    upload: StoredUpload,
    parts: StoredPart[],
    body: Uint8Array,
  ): Promise<ObjectHead['checksum']> {
    const algorithm = upload.checksumAlgorithm;
    if (!algorithm || algorithm === 'MD5' || !this.options.keepsChecksums) return undefined;
    if (algorithm === 'CRC64NVME') return { ...(await checksumOf(algorithm, body)), composite: false };
    const values = parts.map((part) => part.checksum?.value ?? '');
    return { ...(await compositeOf(algorithm, values)), composite: true };
  }
}

type CallInput = {
  key?: string;
  number?: number;
  body?: Uint8Array;
  signal?: AbortSignal;
  onBytesSent?: (bytes: number) => void;
};

/** A buffer's own `slice` shares its memory, and callers use theirs again. */
function copyOf(body: Uint8Array): Uint8Array {
  return Uint8Array.from(body);
}

function listed(number: number, part: StoredPart): ListedPart {
  return { number, size: part.body.length, etag: part.etag, checksum: part.checksum };
}

async function* oneChunk(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}

function waitOrCancel(release: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(storeFailure('cancelled', 'Cancelled')), { once: true });
    void release?.then(resolve, reject);
  });
}
