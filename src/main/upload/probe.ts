import { StoreFailure, type ChecksumAlgorithm, type ObjectStore } from '../types';
import type { Capabilities } from './capabilities';
import { makeHasher } from './checksums';
import { judgeObject, TOKEN_METADATA } from './judgeObject';
import { resendWhileCorrupt } from './sendParts';
import { notThereYet, notVerifiable, objectDamaged } from './uploadFailures';

const BODY = Buffer.from('Session Recorder checks that it can write here. This file may be deleted.\n');
const CONTENT_TYPE = 'text/plain';

export type Probe = { store: ObjectStore; key: string; token: string; signal?: AbortSignal };

/**
 * Finds out what a bucket can do by writing one small object at `key` and deleting it again.
 * @returns `undeletable` when the delete was denied; the object then stays.
 * @throws StoreFailure when not even a plain write works
 */
export async function probeCapabilities(
  probe: Probe,
): Promise<{ capabilities: Capabilities; undeletable: boolean }> {
  const checksumAlgorithm = await findChecksumAlgorithm(probe);
  const conditionalWrites = await honoursIfNoneMatch(probe);
  const undeletable = !(await deleted(probe));
  return { capabilities: { checksumAlgorithm, conditionalWrites }, undeletable };
}

/**
 * Reads the whole probe of a PUT back, and takes one multipart upload through to its object.
 * @returns what is to be gone by: MD5 where checksums are kept with whole objects only
 * @throws StoreFailure `NotVerifiable` when nothing tells whether the object is what was sent
 */
export async function probeReadAndMultipart(
  probe: Probe,
  capabilities: Capabilities,
): Promise<{ capabilities: Capabilities; undeletable: boolean }> {
  await put(probe, capabilities.checksumAlgorithm);
  await requireReadable(probe);
  const found = await findMultipart(probe, capabilities.checksumAlgorithm);
  return { capabilities: { ...capabilities, ...found }, undeletable: !(await deleted(probe)) };
}

async function findMultipart(
  probe: Probe,
  first: ChecksumAlgorithm,
): Promise<Pick<Capabilities, 'checksumAlgorithm' | 'listParts'>> {
  for (const checksumAlgorithm of new Set([first, 'MD5'] as const)) {
    const { verified, listParts } = await uploadInOnePart(probe, checksumAlgorithm);
    if (verified) return { checksumAlgorithm, listParts };
  }
  throw notVerifiable(`key ${probe.key}`);
}

async function findChecksumAlgorithm(probe: Probe): Promise<ChecksumAlgorithm> {
  for (const algorithm of ['CRC32', 'CRC64NVME'] as const)
    if (await keepsChecksum(probe, algorithm)) return algorithm;
  await put(probe, 'MD5');
  return 'MD5';
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

async function honoursIfNoneMatch({ store, key, signal }: Probe): Promise<boolean> {
  const checksum = (await makeHasher('MD5'))(BODY);
  try {
    await store.putObject({
      key,
      body: BODY,
      contentType: CONTENT_TYPE,
      checksum,
      ifNoneMatch: true,
      signal,
    });
    return false;
  } catch (error) {
    if (error instanceof StoreFailure && error.verdict === 'conflict') return true;
    if (refusesFeature(error)) return false;
    throw error;
  }
}

/** Answers 400 that are about the credentials, the key of the encryption or the body, not about a header. */
const ABOUT_SOMETHING_ELSE =
  /^(KMS\.|ExpiredToken|InvalidToken|TokenRefresh|EntityToo|Authorization|InvalidBucket)/;

/** A server that does not know a header says so with 400, 411 or 501; anything else is about more than the header. */
export function refusesFeature(error: unknown): boolean {
  if (!(error instanceof StoreFailure) || error.verdict !== 'needs-user') return false;
  return [400, 411, 501].includes(error.httpStatus ?? 0) && !ABOUT_SOMETHING_ELSE.test(error.error.code);
}

async function requireReadable({ store, key, signal }: Probe): Promise<void> {
  const { body } = await store.getObject({ key, signal });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  if (!Buffer.concat(chunks).equals(BODY)) throw objectDamaged('the probe was read back changed');
}

/** @returns whether the object could be compared with what was sent, and whether its part could be listed before */
async function uploadInOnePart(
  probe: Probe,
  algorithm: ChecksumAlgorithm,
): Promise<{ verified: boolean; listParts: boolean }> {
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
    const checksum = (await makeHasher(algorithm))(BODY);
    const { etag } = await store.uploadPart({ key, uploadId, number: 1, body: BODY, checksum, signal });
    const listParts = await mayListParts(probe, uploadId);
    await store.completeMultipartUpload({ key, uploadId, parts: [{ number: 1, etag, checksum }], signal });
    return {
      verified: await requireWritten(probe, algorithm, { etag, checksum: checksum.value }),
      listParts,
    };
  } catch (error) {
    // The first failure is the one to tell of; an abort that fails too would only hide it.
    await Promise.allSettled([store.abortMultipartUpload({ key, uploadId })]);
    throw error;
  }
}

async function mayListParts({ store, key, signal }: Probe, uploadId: string): Promise<boolean> {
  try {
    return (await store.listParts({ key, uploadId, signal })).length === 1;
  } catch (error) {
    if (error instanceof StoreFailure && error.verdict === 'needs-user') return false;
    throw error;
  }
}

async function requireWritten(
  { store, key, token, signal }: Probe,
  checksumAlgorithm: ChecksumAlgorithm,
  part: { etag: string; checksum: string },
): Promise<boolean> {
  const head = await store.headObject({ key, signal });
  const parts = [{ number: 1, size: BODY.length, ...part }];
  const expected = { size: BODY.length, uploadToken: token, checksumAlgorithm, parts, isMultipart: true };
  const judgement = await judgeObject(head, expected);
  if (judgement === 'absent') throw notThereYet(key);
  if (judgement === 'damaged' || judgement === 'foreign')
    throw objectDamaged(`the multipart probe was found ${judgement}`);
  return judgement === 'verified';
}

async function deleted({ store, key, signal }: Probe): Promise<boolean> {
  try {
    await store.deleteObject({ key, signal });
    return true;
  } catch (error) {
    if (error instanceof StoreFailure && error.verdict === 'needs-user') return false;
    throw error;
  }
}
