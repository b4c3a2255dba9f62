import { QuickReads } from '../lib/quickReads';
import { KeyedMutex } from '../lib/concurrency';
import { SourceChanged, SourceFile, type Source } from './transfer/sourceFile';
import { ByteCounter, type ByteProgress } from './transfer/byteCounter';
import type { CapabilityMemory } from './destination/capabilityMemory';
import { makeHasher } from './transfer/checksums';
import { abandonGeneration, nextGeneration } from './transfer/generation';
import type { Job } from './job';
import { isOfOneFile } from './ofOneFile';
import { vouchesFor } from './transfer/fileIdentity';
import {
  findCapabilities,
  reprobe,
  recallCapabilities,
  isCapabilityError,
} from './destination/learnCapabilities';
import type { Capabilities } from './objectStore/capabilities';
import { uploadInParts } from './transfer/multipart';
import { PartBuffers } from './transfer/partBuffers';
import { PartConcurrency } from './transfer/partConcurrency';
import { choosePartSizeBytes } from './transfer/partPlan';
import { bucketInPathOf } from './destination/probe';
import { putWhole } from './transfer/putWhole';
import { StartAnew, Unverifiable, type Transfer, type UploadResult } from './transfer/transfer';
import {
  bundleDamaged,
  BUNDLE_MISSING,
  bundleKeepsChanging,
  unforeseen,
  UPLOAD_NEVER_KNOWN,
  uploadCancelled,
} from './uploadFailures';
import { UploadLedger, type SavePatch } from './transfer/uploadLedger';
import { MAX_WHOLE_BYTES, WholeFile } from './transfer/wholeFile';
import { ObjectStoreError, type Bandwidth, type ObjectStore } from './objectStore/objectStore';
import { destinationId } from './objectStore/s3/destinationId';
import { untilAborted } from './objectStore/s3/untilAborted';
import type { StorePool } from './objectStore/storePool';
import type { Clock, Logger, Random } from '../shared/runtime';
import type { UploadConfig, JobState } from '../shared/upload';

export type UploaderParts = {
  stores: StorePool;
  capabilities: CapabilityMemory;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Absent: no limit. */
  rateLimit?: Bandwidth;
};

/** A job and the context of one run. `save` must make its patch durable before it resolves. */
export type UploadJob = Job & {
  state: JobState;
  /** The content that the caller wants to upload, if known; a different file is not uploaded. */
  made?: { size?: number; crc32?: number };
  config: UploadConfig;
  signal: AbortSignal;
  save: SavePatch;
  onProgress?: (progress: ByteProgress) => void;
};

/** How often one call may start again before it gives up for now. */
const GENERATIONS_PER_CALL = 3;

const NO_LIMIT: Bandwidth = { bytesPerSecond: null };

/**
 * How often to send a whole file to a server that then does not know the upload, before it becomes the user's decision.
 */
const MOST_LOST_AT_END = 3;

/** Uploads one file to one key and verifies it. Throws each failure at once, with its verdict: the caller retries. */
export class Uploader {
  private readonly concurrency = new Map<string, PartConcurrency>();
  private readonly buffers = new PartBuffers();
  private readonly quickReads: QuickReads;
  /** Several files that start together must not each probe their destination. */
  private readonly learningMutex = new KeyedMutex();
  /** How often in a row an upload was lost at its very end, by job. */
  private readonly lostAtEnd = new Map<string, number>();

  constructor(private readonly parts: UploaderParts) {
    this.quickReads = new QuickReads(parts.clock);
  }

  /**
   * Uploads the file, continuing from `state` and the parts on the server, and compares the object with it. Memory is
   * bounded: at most 80 MiB of part buffers, or one larger part: up to 128 MiB by the settings, 583 MiB for a file
   * above 1.1 TiB.
   * @throws only ObjectStoreError
   */
  async uploadFile(job: UploadJob): Promise<UploadResult> {
    try {
      const lease = this.parts.stores.lease(job.config);
      try {
        const result = await this.uploadThroughGenerations(lease.store, job);
        this.lostAtEnd.delete(job.jobId);
        lease.release();
        return result;
      } catch (error) {
        if (mayBeOfStore(error, job)) lease.discard();
        else lease.release();
        throw error;
      }
    } catch (error) {
      if (error instanceof ObjectStoreError) throw error;
      throw job.signal.aborted ? uploadCancelled(error) : unforeseen(error);
    }
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
        const mayHaveChanged = !learntAgain && isCapabilityError(error);
        if (mayHaveChanged) learntAgain = true;
        const changed = mayHaveChanged && (await reprobe(this.learning(store, job), error));
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

  /** Counted over several calls, because others may fail transiently in between. */
  private isLostTooOften({ jobId }: UploadJob, { problem }: ObjectStoreError): boolean {
    if (problem.code !== UPLOAD_NEVER_KNOWN) return false;
    const times = (this.lostAtEnd.get(jobId) ?? 0) + 1;
    if (times < MOST_LOST_AT_END) this.lostAtEnd.set(jobId, times);
    else this.lostAtEnd.delete(jobId);
    return times >= MOST_LOST_AT_END;
  }

  private async uploadOnce(store: ObjectStore, job: UploadJob, ledger: UploadLedger): Promise<UploadResult> {
    const sizeBytes = job.state.totalBytes;
    const upload = (source: Source) => this.uploadFrom(source, store, job, ledger);
    // 0 if the size is not known yet.
    if (sizeBytes > 0 && sizeBytes <= MAX_WHOLE_BYTES) {
      const result = await this.buffers.lend(sizeBytes, job.signal, async (buffer) => {
        // Taken before the read, so that no later change can have an earlier date.
        const seenAt = this.parts.clock.now();
        const content = buffer.subarray(0, sizeBytes);
        const source = WholeFile.read(job.source, content, seenAt, this.quickReads);
        return source && upload(source);
      });
      if (result) return result;
    }
    const source = await SourceFile.open(job.source, this.parts.clock);
    try {
      return await upload(source);
    } finally {
      await source.close();
    }
  }

  private async uploadFrom(
    source: Source,
    store: ObjectStore,
    job: UploadJob,
    ledger: UploadLedger,
  ): Promise<UploadResult> {
    const { config, signal, target } = job;
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
  }

  private async prepare(
    store: ObjectStore,
    job: UploadJob,
    ledger: UploadLedger,
    { source, isVouchedFor }: Pick<Transfer, 'source' | 'isVouchedFor'>,
  ): Promise<Transfer> {
    const capabilities = await this.capabilitiesOf(store, job);
    const { multipart, generation } = ledger.state;
    const bandwidth = this.parts.rateLimit ?? NO_LIMIT;
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

  private async capabilitiesOf(store: ObjectStore, job: UploadJob): Promise<Capabilities> {
    const { config, signal } = job;
    const { capabilities: memory, clock } = this.parts;
    const known = await recallCapabilities({ memory, config, now: () => clock.now() });
    if (known) return known;
    const turn = this.learningMutex.run(destinationId(config), () => {
      signal.throwIfAborted();
      return findCapabilities(this.learning(store, job));
    });
    return untilAborted(turn, signal);
  }

  /** All uploads to an endpoint share its learned concurrency. */
  private concurrencyTo({ endpoint, region }: UploadConfig): PartConcurrency {
    const host = endpoint ?? region;
    const known = this.concurrency.get(host) ?? new PartConcurrency(this.parts.clock);
    this.concurrency.set(host, known);
    return known;
  }

  private learning(store: ObjectStore, { config, signal, target }: UploadJob) {
    // Next to the target's key, so that the next attempt replaces and deletes any leftover of a crash.
    const key = `${target.key}.probe`;
    const bucketInPath = bucketInPathOf(config);
    const probe = { store, key, token: this.parts.random.uuid(), bucketInPath, signal };
    return { memory: this.parts.capabilities, config, probe, now: () => this.parts.clock.now() };
  }
}

/** Whether the store's sockets, keys or certificates may be the cause, so that another store may succeed. */
function mayBeOfStore(error: unknown, { signal, config }: UploadJob): boolean {
  if (signal.aborted) return false;
  if (!(error instanceof ObjectStoreError)) return true;
  // The keys of the settings are the same in another store; those of a profile may have been replaced.
  const isDenied = error.problem.facts.kind === 'denied' && config.awsProfile === undefined;
  return !isDenied && !isOfOneFile(error);
}

/** @throws ObjectStoreError `BundleDamaged` */
function requireSizeAsMade({ size }: { size: number }, made: UploadJob['made']): void {
  if (made?.size !== undefined && made.size !== size)
    throw bundleDamaged(`${size} bytes instead of ${made.size}`);
}

/** Counts changes of the file during one call. Acknowledging more bytes than ever before resets the count. */
class ChangeCount {
  private furthestBytes = 0;
  private inVain = 0;

  /** @throws ObjectStoreError `BundleChanging` */
  note(bytesUploaded: number): void {
    this.inVain = bytesUploaded > this.furthestBytes ? 0 : this.inVain + 1;
    this.furthestBytes = Math.max(this.furthestBytes, bytesUploaded);
    if (this.inVain >= GENERATIONS_PER_CALL) throw bundleKeepsChanging();
  }
}

/** If the file was deleted after Complete, the object holds it as it was then. */
async function requireUntouchedOrGone(source: Source): Promise<void> {
  try {
    await source.requireUntouched();
  } catch (error) {
    if (!(error instanceof ObjectStoreError && error.problem.code === BUNDLE_MISSING)) throw error;
  }
}
