import { buffer } from 'node:stream/consumers';
import { ObjectStoreError, type ObjectStore, type WriteCondition } from '../objectStore/objectStore';
import type { ChecksumAlgorithm, UploadConfig, UploadedPart } from '../../shared/upload';
import type { Capabilities, Findings } from '../objectStore/capabilities';
import { makeHasher } from '../transfer/checksums';
import { isUnmarked, judgeObject, TOKEN_METADATA } from '../transfer/judgeObject';
import { resendWhileCorrupt } from '../transfer/sendParts';
import { bucketInEndpoint, notThereYet, notVerifiable, objectDamaged } from '../uploadFailures';

const BODY = Buffer.from('probe of an upload, may be deleted\n');
const CONTENT_TYPE = 'text/plain';
const TRIES_PER_STEP = 5;

export type Probe = {
  store: ObjectStore;
  key: string;
  token: string;
  /** The bucket, if requests to a custom endpoint name it in their path. */
  bucketInPath?: string;
  signal?: AbortSignal;
};

/** The bucket, if requests to a custom endpoint name it in their path. */
export function bucketInPathOf({ endpoint, forcePathStyle, bucket }: UploadConfig): string | undefined {
  return endpoint !== undefined && forcePathStyle ? bucket : undefined;
}

/** Called for each finding as soon as it is made. */
export type NoteFinding = (found: Findings) => Promise<void>;

/**
 * Finds the unknown capabilities of a bucket by writing one small object at `key` and deleting it again. A transient
 * error skips only its step.
 * @returns `undeletable` if the delete was denied; the object then stays
 * @throws ObjectStoreError if even a plain write fails
 */
export async function probeCapabilities(
  probe: Probe,
  known: Findings,
  note: NoteFinding,
): Promise<{ capabilities: Capabilities; undeletable: boolean }> {
  await note({ probeLeft: probe.key });
  try {
    const checksumAlgorithm = await findChecksumAlgorithm(probe, known, note);
    if (probe.bucketInPath !== undefined) await step(() => requireToldPlace(probe));
    const conditionalWrites = known.conditionalWrites ?? (await step(() => honoursIfNoneMatch(probe)));
    await note({ conditionalWrites });
    const conditionalReplaces = known.conditionalReplaces ?? (await step(() => honoursIfMatch(probe)));
    await note({ conditionalReplaces });
    const undeletable = !(await step(() => deleted(probe)));
    await note({ probeLeft: undefined });
    return { capabilities: { checksumAlgorithm, conditionalWrites, conditionalReplaces }, undeletable };
  } catch (error) {
    await tidyUp(probe, note);
    throw error;
  }
}

/** Cleans up after a failure. Errors are ignored, because the original failure is the one to report. */
async function tidyUp(probe: Probe, note: NoteFinding): Promise<void> {
  await deleteProbe(probe).then(
    () => note({ probeLeft: undefined }),
    () => undefined,
  );
}

/**
 * Reads back the whole probe of a PUT, and runs one complete multipart upload.
 * @param partSizeBytes size of the part to send: a gateway may accept only small bodies
 * @returns the capabilities to use: MD5 if the server keeps checksums only with whole objects; `keepsMetadata` if the
 * object had its metadata
 * @throws ObjectStoreError `NotVerifiable` if nothing shows whether the stored object is the one sent
 */
export async function probeReadAndMultipart(
  probe: Probe,
  capabilities: Capabilities,
  partSizeBytes: number,
  note: NoteFinding,
): Promise<{ capabilities: Capabilities; undeletable: boolean; keepsMetadata: boolean }> {
  await note({ probeLeft: probe.key });
  try {
    await step(() => put(probe, capabilities.checksumAlgorithm));
    await step(() => requireReadable(probe));
    const { keepsMetadata, ...found } = await findMultipart(
      probe,
      capabilities.checksumAlgorithm,
      partSizeBytes,
    );
    const undeletable = !(await step(() => deleted(probe)));
    await note({ probeLeft: undefined });
    return { capabilities: { ...capabilities, ...found }, undeletable, keepsMetadata };
  } catch (error) {
    await tidyUp(probe, note);
    throw error;
  }
}

/** Retries one step after a server error. */
async function step<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      const stumbled =
        error instanceof ObjectStoreError && error.verdict === 'retry' && error.httpStatus !== undefined;
      if (!stumbled || tries === TRIES_PER_STEP) throw error;
    }
  }
}

type FoundMultipart = Pick<Capabilities, 'checksumAlgorithm' | 'listParts'> & { keepsMetadata: boolean };

async function findMultipart(
  probe: Probe,
  first: ChecksumAlgorithm,
  partSizeBytes: number,
): Promise<FoundMultipart> {
  let body: Buffer = Buffer.alloc(Math.max(partSizeBytes, BODY.length), BODY);
  for (const checksumAlgorithm of new Set([first, 'MD5'] as const)) {
    const { verified, ...found } = await step(() => uploadInOnePart(probe, checksumAlgorithm, body));
    if (verified) return { checksumAlgorithm, ...found };
    body = BODY;
  }
  throw notVerifiable(`key ${probe.key}`);
}

async function findChecksumAlgorithm(
  probe: Probe,
  { checksumAlgorithm, notKept = [] }: Findings,
  note: NoteFinding,
): Promise<ChecksumAlgorithm> {
  if (checksumAlgorithm) {
    // The next steps need an object at the key.
    await step(() => put(probe, checksumAlgorithm));
    return checksumAlgorithm;
  }
  const found = async (algorithm: ChecksumAlgorithm) => {
    await note({ checksumAlgorithm: algorithm, notKept: undefined });
    return algorithm;
  };
  let without = notKept;
  for (const algorithm of ['CRC32', 'CRC64NVME'] as const) {
    if (without.includes(algorithm)) continue;
    if (await step(() => keepsChecksum(probe, algorithm))) return found(algorithm);
    without = [...without, algorithm];
    await note({ notKept: without });
  }
  await step(() => put(probe, 'MD5'));
  return found('MD5');
}

/**
 * If the endpoint already contains a bucket, the server takes the bucket in the path for a folder. A listing of the
 * bucket then fails as a missing object.
 */
async function requireToldPlace({ store, key, bucketInPath = '', signal }: Probe): Promise<void> {
  try {
    await store.listObjects({ prefix: key, signal });
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || error.verdict !== 'needs-user') throw error;
    if (error.problem.code === 'NoSuchKey') throw bucketInEndpoint(bucketInPath, error);
    // Listing is not required: credentials may lack the permission, and servers the operation.
  }
}

async function keepsChecksum(probe: Probe, algorithm: ChecksumAlgorithm): Promise<boolean> {
  try {
    await put(probe, algorithm);
  } catch (error) {
    if (refusesFeature(error)) return false;
    throw error;
  }
  const head = await probe.store.headObject({ key: probe.key, signal: probe.signal });
  return head?.checksum?.algorithm === algorithm;
}

async function put({ store, key, token, signal }: Probe, algorithm: ChecksumAlgorithm): Promise<void> {
  const checksum = (await makeHasher(algorithm))(BODY);
  const metadata = { [TOKEN_METADATA]: token };
  await resendWhileCorrupt(async () => {
    await store.putObject({ key, body: BODY, contentType: CONTENT_TYPE, metadata, checksum, signal });
  });
}

/** Whether a plain write succeeds. Deletes the object again. */
export async function takesWrites(probe: Probe): Promise<boolean> {
  try {
    await put(probe, 'MD5');
  } catch {
    return false;
  }
  await deleteProbe(probe).catch(() => undefined);
  return true;
}

async function honoursIfNoneMatch(probe: Probe): Promise<boolean> {
  try {
    return await refusesUnder(probe, { ifNoneMatch: true });
  } catch (error) {
    if (refusesFeature(error)) return false;
    throw error;
  }
}

/**
 * Whether a wrong ETag is refused and the right one accepted: some servers refuse both. Amazon S3 requires read
 * permission for this, which write-only credentials lack.
 */
async function honoursIfMatch(probe: Probe): Promise<boolean> {
  const { store, key, signal } = probe;
  try {
    if (!(await refusesUnder(probe, { ifMatch: '"00000000000000000000000000000000"' }))) return false;
    const ifMatch = (await store.headObject({ key, signal }))?.etag;
    return ifMatch !== undefined && !(await refusesUnder(probe, { ifMatch }));
  } catch (error) {
    if (error instanceof ObjectStoreError && error.verdict === 'needs-user') return false;
    throw error;
  }
}

/** Whether overwriting the probe under a condition is refused. */
async function refusesUnder({ store, key, signal }: Probe, condition: WriteCondition): Promise<boolean> {
  const checksum = (await makeHasher('MD5'))(BODY);
  try {
    await store.putObject({ key, body: BODY, contentType: CONTENT_TYPE, checksum, signal, ...condition });
    return false;
  } catch (error) {
    if (error instanceof ObjectStoreError && error.verdict === 'conflict') return true;
    throw error;
  }
}

/** Errors with status 400 about the credentials, the encryption key or the body, not about a header. */
const ABOUT_SOMETHING_ELSE =
  /^(KMS\.|ExpiredToken|InvalidToken|TokenRefresh|EntityToo|Authorization|InvalidBucket)/;

/** A server that does not support a header returns 400, 411 or 501; other statuses have other causes. */
export function refusesFeature(error: unknown): boolean {
  if (!(error instanceof ObjectStoreError) || error.verdict !== 'needs-user') return false;
  return [400, 411, 501].includes(error.httpStatus ?? 0) && !ABOUT_SOMETHING_ELSE.test(error.problem.code);
}

async function requireReadable({ store, key, signal }: Probe): Promise<void> {
  const { body } = await store.getObject({ key, signal });
  if (!(await buffer(body)).equals(BODY)) throw objectDamaged('the probe was read back changed');
}

/** @returns whether the object could be compared with the sent bytes, and whether its part could be listed before */
async function uploadInOnePart(
  probe: Probe,
  algorithm: ChecksumAlgorithm,
  body: Buffer,
): Promise<{ verified: boolean; listParts: boolean; keepsMetadata: boolean }> {
  const { store, key, token, signal } = probe;
  const metadata = { [TOKEN_METADATA]: token };
  const { uploadId } = await store.createMultipartUpload({
    key,
    contentType: CONTENT_TYPE,
    metadata,
    checksumAlgorithm: algorithm,
    signal,
  });
  try {
    const checksum = (await makeHasher(algorithm))(body);
    const { etag } = await store.uploadPart({ key, uploadId, number: 1, body, checksum, signal });
    const listParts = await mayListParts(probe, uploadId);
    await store.completeMultipartUpload({ key, uploadId, parts: [{ number: 1, etag, checksum }], signal });
    const part = { number: 1, size: body.length, etag, checksum: checksum.value };
    return { ...(await requireWritten(probe, algorithm, part)), listParts };
  } catch (error) {
    // Report the first failure; a failed abort would only hide it.
    await Promise.allSettled([store.abortMultipartUpload({ key, uploadId })]);
    throw error;
  }
}

async function mayListParts({ store, key, signal }: Probe, uploadId: string): Promise<boolean> {
  try {
    return (await store.listParts({ key, uploadId, signal })).length === 1;
  } catch (error) {
    if (error instanceof ObjectStoreError && error.verdict === 'needs-user') return false;
    throw error;
  }
}

async function requireWritten(
  { store, key, token, signal }: Probe,
  checksumAlgorithm: ChecksumAlgorithm,
  part: UploadedPart,
): Promise<{ verified: boolean; keepsMetadata: boolean }> {
  const head = await store.headObject({ key, signal });
  const { size } = part;
  const expected = { size, uploadToken: token, checksumAlgorithm, parts: [part], isMultipart: true };
  const judgement = await judgeObject(head, expected);
  if (judgement === 'absent') throw notThereYet(key);
  if (judgement === 'damaged' || judgement === 'foreign')
    throw objectDamaged(`the multipart probe was found ${judgement}`);
  return { verified: judgement === 'verified', keepsMetadata: head !== null && !isUnmarked(head) };
}

/** Deletes the probe. @returns false if deleting is not allowed */
export async function deleteProbe(probe: Probe): Promise<boolean> {
  return step(() => deleted(probe));
}

async function deleted({ store, key, signal }: Probe): Promise<boolean> {
  try {
    await store.deleteObject({ key, signal });
    return true;
  } catch (error) {
    if (error instanceof ObjectStoreError && error.verdict === 'needs-user') return false;
    throw error;
  }
}
