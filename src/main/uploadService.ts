import type { AppError } from '../shared/appError';
import { abortAfter } from '../lib/abortAfter';
import { askedOnce } from '../upload/askedOnce';
import { SourceChanged, SourceFile } from '../upload/transfer/sourceFile';
import { ByteCounter, type ByteProgress } from '../upload/transfer/byteCounter';
import type { CapabilityMemory } from '../upload/destination/capabilityMemory';
import { makeHasher } from '../upload/transfer/checksums';
import { abandonGeneration, nextGeneration } from '../upload/transfer/generation';
import type { Job } from '../upload/job';
import { vouchesFor } from '../upload/transfer/fileIdentity';
import {
  findCapabilities,
  learnAgain,
  speaksOfCapabilities,
  testDestination,
} from '../upload/destination/learnCapabilities';
import { findLostCreate, type CreateIntent } from '../upload/transfer/lostCreate';
import { uploadInParts } from '../upload/transfer/multipart';
import { PartBuffers } from '../upload/transfer/partBuffers';
import { PartConcurrency } from '../upload/transfer/partConcurrency';
import { choosePartSizeBytes } from '../upload/transfer/partPlan';
import { takesWrites, type Probe } from '../upload/destination/probe';
import { putWhole } from '../upload/transfer/putWhole';
import { StartAnew, Unverifiable, type Transfer, type UploadResult } from '../upload/transfer/transfer';
import {
  bundleDamaged,
  BUNDLE_MISSING,
  bundleKeepsChanging,
  encryptionDemanded,
  unforeseen,
  UPLOAD_NEVER_KNOWN,
  uploadCancelled,
} from '../upload/uploadFailures';
import { UploadLedger, type SavePatch } from '../upload/transfer/uploadLedger';
import { StoreFailure, type Bandwidth, type ObjectStore } from '../upload/objectStore/objectStore';
import type { Clock, Logger, Random } from '../shared/runtime';
import type { PendingAbort, UploadConfig, JobState } from '../shared/upload';

export { isRetryableError } from '../upload/objectStore/s3/classifyError';

export type CreateStore = (config: UploadConfig) => ObjectStore;

export type UploadServiceParts = {
  createStore: CreateStore;
  capabilities: CapabilityMemory;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Absent: uploads are held to nothing. */
  pace?: Bandwidth;
};

/** A job and what one run of it needs. `save` must make its patch durable before it resolves. */
export type UploadJob = Job & {
  state: JobState;
  /** The content that the caller wants uploaded, as far as it knows it; a file that differs is not uploaded. */
  made?: { size?: number; crc32?: number };
  config: UploadConfig;
  signal: AbortSignal;
  save: SavePatch;
  onProgress?: (progress: ByteProgress) => void;
};

/** `suggestedEndpoint`: the address that the server named as its own, over https. */
export type CredentialsVerdict = {
  valid: boolean;
  error?: AppError;
  warnings?: string[];
  suggestedEndpoint?: string;
};

type LostCreate = { bucket: string; key: string; createIntent: CreateIntent };

/** How often one call may begin anew before it gives up for this time. */
const GENERATIONS_PER_CALL = 3;

/** So long for all aborts of one call: keys that do not come, or a server that is slow, must not hold up what waits for it. */
const ABORT_PATIENCE_MS = 10_000;

const NO_LIMIT: Bandwidth = { bytesPerSecond: null };

/** How often a file is sent as a whole to a server that then knows of no upload, before that is left to the user. */
const MOST_LOST_AT_END = 3;

const WITHOUT_METADATA =
  'The server keeps no metadata with files: the app recognises its uploads by their content. Uploads work.';

const UNDELETABLE =
  'These credentials may write but not delete: a small test file stays in the bucket each time. Uploads work.';

/** Gets one file to one key and proves it. Knows no queue: every failure is thrown, with its verdict, at once. */
export class UploadService {
  private readonly concurrency = new Map<string, PartConcurrency>();
  private readonly buffers = new PartBuffers();
  /** How often in a row an upload was lost at its very end, by job. */
  private readonly lostAtEnd = new Map<string, number>();

  constructor(private readonly parts: UploadServiceParts) {}

  /**
   * Uploads the file, continuing from what `state` and the server already have, and compares the object with it.
   * Memory stays flat: at most 128 MiB of part buffers; of a file above 1.1 TiB one part, of up to 583 MiB.
   * @throws StoreFailure and nothing else
   */
  async uploadFile(job: UploadJob): Promise<UploadResult> {
    const store = this.parts.createStore(job.config);
    try {
      const result = await this.uploadThroughGenerations(store, job);
      this.lostAtEnd.delete(job.jobId);
      return result;
    } catch (error) {
      if (error instanceof StoreFailure) throw error;
      throw job.signal.aborted ? uploadCancelled(error) : unforeseen(error);
    } finally {
      store.close();
    }
  }

  /** Writes, reads and deletes a probe under the prefix, one multipart upload included. */
  async validateCredentials(config: UploadConfig, signal?: AbortSignal): Promise<CredentialsVerdict> {
    const key = `${config.keyPrefix}.session-recorder-probe-${this.parts.random.hex(8)}`;
    let store: ObjectStore | undefined;
    const token = this.parts.random.uuid();
    const bucketInPath = bucketInPathOf(config);
    const probeAt = (to: ObjectStore) => ({ store: to, key, token, bucketInPath, signal });
    try {
      store = this.parts.createStore(config);
      const learning = { ...this.learningFor(config), probe: probeAt(store) };
      const partSizeBytes = choosePartSizeBytes(0, config.partSizeBytes, this.parts.pace?.bytesPerSecond);
      const found = await testDestination(learning, partSizeBytes);
      const warnings = [
        ...(found.undeletable ? [UNDELETABLE] : []),
        ...(found.keepsMetadata ? [] : [WITHOUT_METADATA]),
      ];
      return { valid: true, warnings: warnings.length > 0 ? warnings : undefined };
    } catch (error) {
      const demanded = await this.findEncryption(config, error, probeAt);
      const suggestedEndpoint = error instanceof StoreFailure ? error.suggestedEndpoint : undefined;
      return { valid: false, error: askedOnce(demanded ?? error), suggestedEndpoint };
    } finally {
      store?.close();
    }
  }

  /** A bucket's policy may deny what is not encrypted, without saying so: which encryption it takes shows by trying. */
  private async findEncryption(
    config: UploadConfig,
    error: unknown,
    probeAt: (store: ObjectStore) => Probe,
  ): Promise<StoreFailure | undefined> {
    const isDenied = error instanceof StoreFailure && error.error.code === 'AccessDenied';
    if (!isDenied || config.encryption !== undefined) return undefined;
    for (const encryption of [undefined, 'sse-s3', 'sse-kms'] as const) {
      const store = this.parts.createStore({ ...config, encryption });
      try {
        if (!(await takesWrites(probeAt(store)))) continue;
        // What was denied was no write, or denied in passing.
        return encryption && encryptionDemanded(encryption, error);
      } finally {
        store.close();
      }
    }
    return undefined;
  }

  /**
   * Aborts multipart uploads on the server; after ten seconds what is left stays for later.
   * @param lost a Create whose answer nobody recorded: what it may have made goes too
   * @returns those that could not be aborted now
   */
  async abortUploads(
    config: UploadConfig,
    aborts: readonly PendingAbort[],
    lost?: LostCreate,
  ): Promise<PendingAbort[]> {
    return abortAfter(this.parts.clock, ABORT_PATIENCE_MS, (signal) =>
      this.abortWhile(signal, config, aborts, lost),
    );
  }

  private async abortWhile(
    signal: AbortSignal,
    config: UploadConfig,
    aborts: readonly PendingAbort[],
    lost: LostCreate | undefined,
  ): Promise<PendingAbort[]> {
    // Another server’s answer would say nothing of them: a 404 there is no abort.
    const elsewhere = aborts.filter(({ endpoint }) => endpoint !== config.endpoint);
    const here = aborts.filter(({ endpoint }) => endpoint === config.endpoint);
    const remaining: PendingAbort[] = [...elsewhere];
    for (const bucket of new Set([...here, ...(lost ? [lost] : [])].map((a) => a.bucket))) {
      const store = this.parts.createStore({ ...config, bucket });
      try {
        const found = lost?.bucket === bucket ? await this.findLost(store, lost, signal) : [];
        const all = [...here.filter((a) => a.bucket === bucket), ...found];
        for (const abort of all) if (!(await this.aborted(store, abort, signal))) remaining.push(abort);
      } finally {
        store.close();
      }
    }
    return remaining;
  }

  private async uploadThroughGenerations(store: ObjectStore, job: UploadJob): Promise<UploadResult> {
    const ledger = new UploadLedger(job.state, job.save, this.parts.clock);
    const changes = new ChangeCount();
    let learntAgain = false;
    for (let generations = 1; ;) {
      try {
        return await this.uploadOnce(store, job, ledger);
      } catch (error) {
        if (error instanceof SourceChanged) {
          await ledger.flush();
          changes.note(ledger.state.bytesUploaded);
          this.parts.log.warn('the file was touched', { jobId: job.jobId });
          continue;
        }
        const failure = error instanceof StartAnew ? error.failure : null;
        const mayHaveChanged = !learntAgain && speaksOfCapabilities(error);
        if (mayHaveChanged) learntAgain = true;
        const changed = mayHaveChanged && (await learnAgain(this.learning(store, job), error));
        if (!failure && !changed) throw error instanceof Unverifiable ? error.failure : error;
        this.parts.log.warn('upload begins anew', {
          jobId: job.jobId,
          cause: String(error),
        });
        await ledger.flush();
        await ledger.save({ ...abandonGeneration(ledger.state), file: undefined });
        if (failure && (this.isLostTooOften(job, failure) || generations === GENERATIONS_PER_CALL))
          throw failure;
        generations += 1;
      }
    }
  }

  /** Counted over several calls: in between others may fail on their way. */
  private isLostTooOften({ jobId }: UploadJob, { error }: StoreFailure): boolean {
    if (error.code !== UPLOAD_NEVER_KNOWN) return false;
    const times = (this.lostAtEnd.get(jobId) ?? 0) + 1;
    if (times < MOST_LOST_AT_END) this.lostAtEnd.set(jobId, times);
    else this.lostAtEnd.delete(jobId);
    return times >= MOST_LOST_AT_END;
  }

  private async uploadOnce(store: ObjectStore, job: UploadJob, ledger: UploadLedger): Promise<UploadResult> {
    const { config, signal, target } = job;
    const source = await SourceFile.open(job.source, this.parts.clock);
    try {
      requireSizeAsMade(source.identity, job.made);
      const { endpoint, bucket } = config;
      const place = { endpoint, bucket, key: target.key, file: source.identity };
      const fresh = nextGeneration(ledger.state, place, this.parts.random);
      const isVouchedFor = fresh !== null || vouchesFor(ledger.state.file, source.identity);
      if (fresh) await ledger.save(fresh);
      else if (!isVouchedFor && !ledger.state.multipart) await ledger.save({ file: source.identity });
      const transfer = await this.prepare(store, job, ledger, { source, isVouchedFor });
      const { multipart } = ledger.state;
      const inParts = multipart !== undefined || source.identity.size > transfer.partSizeBytes;
      signal.throwIfAborted();
      const result = await (inParts ? uploadInParts(transfer) : putWhole(transfer, fresh === null));
      await requireUntouchedOrGone(source);
      return result;
    } finally {
      await source.close();
    }
  }

  private async prepare(
    store: ObjectStore,
    job: UploadJob,
    ledger: UploadLedger,
    { source, isVouchedFor }: Pick<Transfer, 'source' | 'isVouchedFor'>,
  ): Promise<Transfer> {
    const capabilities = await findCapabilities(this.learning(store, job));
    const { multipart, generation } = ledger.state;
    const bandwidth = this.parts.pace ?? NO_LIMIT;
    const { size } = source.identity;
    return {
      store,
      source,
      isVouchedFor,
      ledger,
      target: job.target,
      capabilities,
      madeCrc32: job.made?.crc32,
      partCrcs: new Map(),
      bytes: new ByteCounter(generation, job.onProgress ?? (() => undefined)),
      hash: await makeHasher(multipart?.checksumAlgorithm ?? capabilities.checksumAlgorithm),
      partSizeBytes:
        multipart?.partSizeBytes ??
        choosePartSizeBytes(size, job.config.partSizeBytes, bandwidth.bytesPerSecond),
      concurrency: this.concurrencyTo(job.config),
      buffers: this.buffers,
      bandwidth,
      now: () => this.parts.clock.now(),
      signal: job.signal,
    };
  }

  /** What was learnt of an endpoint serves every upload to it. */
  private concurrencyTo({ endpoint, region }: UploadConfig): PartConcurrency {
    const host = endpoint ?? region;
    const known = this.concurrency.get(host) ?? new PartConcurrency(this.parts.clock);
    this.concurrency.set(host, known);
    return known;
  }

  private learning(store: ObjectStore, { config, signal, target }: UploadJob) {
    // Beside the target's key, so that a crash leaves nothing that the next attempt does not replace and delete.
    const key = `${target.key}.probe`;
    const bucketInPath = bucketInPathOf(config);
    const probe = { store, key, token: this.parts.random.uuid(), bucketInPath, signal };
    return { ...this.learningFor(config), probe };
  }

  private learningFor(config: UploadConfig) {
    return { memory: this.parts.capabilities, config, now: () => this.parts.clock.now() };
  }

  private async findLost(store: ObjectStore, lost: LostCreate, signal: AbortSignal): Promise<PendingAbort[]> {
    const { bucket, key, createIntent } = lost;
    try {
      const uploadId = await findLostCreate(store, key, createIntent, signal);
      return uploadId === null ? [] : [{ bucket, key, uploadId }];
    } catch (error) {
      this.parts.log.warn('unfinished uploads could not be listed', { key, error: String(error) });
      return [];
    }
  }

  private async aborted(
    store: ObjectStore,
    { key, uploadId }: PendingAbort,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await store.abortMultipartUpload({ key, uploadId, signal });
      return true;
    } catch (error) {
      this.parts.log.warn('a multipart upload could not be aborted yet', { key, error: String(error) });
      return false;
    }
  }
}

/** @throws StoreFailure `BundleDamaged` */
function requireSizeAsMade({ size }: { size: number }, made: UploadJob['made']): void {
  if (made?.size !== undefined && made.size !== size)
    throw bundleDamaged(`it has ${size} bytes, and its export made ${made.size}`);
}

/** Counts changes of the file during one call. One that came after more was acknowledged than ever before is free. */
class ChangeCount {
  private furthestBytes = 0;
  private inVain = 0;

  /** @throws StoreFailure `BundleChanging` */
  note(bytesUploaded: number): void {
    this.inVain = bytesUploaded > this.furthestBytes ? 0 : this.inVain + 1;
    this.furthestBytes = Math.max(this.furthestBytes, bytesUploaded);
    if (this.inVain >= GENERATIONS_PER_CALL) throw bundleKeepsChanging();
  }
}

/** A file that was removed after Complete is in the bucket as it was when Complete was sent. */
async function requireUntouchedOrGone(source: SourceFile): Promise<void> {
  try {
    await source.requireUntouched();
  } catch (error) {
    if (!(error instanceof StoreFailure && error.error.code === BUNDLE_MISSING)) throw error;
  }
}

function bucketInPathOf({ endpoint, forcePathStyle, bucket }: UploadConfig): string | undefined {
  return endpoint !== undefined && forcePathStyle ? bucket : undefined;
}
