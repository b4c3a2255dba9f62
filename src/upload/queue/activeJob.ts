import type { Clock, Logger } from '../../shared/runtime';
import type { JobState, UploadConfig } from '../../shared/upload';
import type { Job } from '../job';
import { ObjectStoreError, type ObjectHead } from '../objectStore/objectStore';
import type { StorePool } from '../objectStore/storePool';
import { abortUploads } from '../transfer/abortUploads';
import type { ByteProgress } from '../transfer/byteCounter';
import { identifyFile, vouchesFor } from '../transfer/fileIdentity';
import { abandonGeneration } from '../transfer/generation';
import type { UploadResult } from '../transfer/transfer';
import { findUploaded, objectOf } from '../transfer/uploadedObject';
import type { Uploader } from '../uploader';
import type { JobTable, TableJob } from './jobTable';
import { noProblem } from './queueState';
import { mayWait } from './runnerRules';

export type ActiveJobParts = {
  table: Pick<JobTable, 'save'>;
  uploader: Pick<Uploader, 'uploadFile'>;
  stores: StorePool;
  /** The settings of a destination. Rejects with a failure for the user if there are none. */
  configOf(destinationId: string): Promise<UploadConfig>;
  clock: Clock;
  log: Logger;
  /** Called for each slice sent. */
  onProgress?(jobId: string, progress: ByteProgress): void;
};

/** A job while it runs. */
export class ActiveJob {
  readonly job: Job;
  readonly destinationId: string;
  state: JobState;
  private isWritten = true;
  /** The settings used for the upload. */
  private config: UploadConfig | undefined;

  constructor(
    claimed: TableJob,
    private readonly parts: ActiveJobParts,
    private readonly onBytes: (bytes: number) => void,
  ) {
    this.job = claimed.job;
    this.destinationId = claimed.destinationId;
    this.state = { ...claimed.state, status: 'uploading', reason: undefined, ...noProblem };
  }

  /**
   * Uploads the file. Only `finish` records the result.
   * @param furthestBytes more acknowledged bytes than these count as progress and reset the attempts
   * @returns `unchanged` if no bytes had to be sent, or if another upload's object has the same content
   */
  async upload(signal: AbortSignal, furthestBytes: number): Promise<'uploaded' | 'unchanged'> {
    const { clock, uploader, onProgress } = this.parts;
    let furthest = furthestBytes;
    let hasSent = false;
    const { jobId } = this.job;
    const config = await this.parts.configOf(this.destinationId);
    this.config = config;
    this.state = { ...this.state, lastAttemptAt: clock.now() };
    const { result } = this.state;
    if (result && (await this.isInBucket(config, signal))) {
      this.set(this.doneBy(result));
      return 'unchanged';
    }
    const uploaded = await uploader.uploadFile({
      ...this.job,
      state: this.state,
      config,
      signal,
      save: (patch) => {
        const bytes = patch.bytesUploaded ?? 0;
        const isProgress = bytes > furthest;
        if (isProgress) this.onBytes((furthest = bytes));
        return this.change({ ...patch, ...(isProgress && { retryCount: 0 }) });
      },
      onProgress: (progress) => {
        hasSent ||= progress.comparing === undefined;
        onProgress?.(jobId, progress);
      },
    });
    this.set(this.doneBy(uploaded));
    return hasSent && !uploaded.foreign ? 'uploaded' : 'unchanged';
  }

  /**
   * Records the end of the upload, then aborts the leftovers of earlier attempts. Failed aborts are retried with the
   * job's next upload.
   */
  async finish(): Promise<void> {
    await this.flush();
    const { pendingAborts } = this.state;
    if (!this.config || pendingAborts.length === 0) return;
    const left = await abortUploads(this.parts, this.config, pendingAborts);
    if (left.length < pendingAborts.length) await this.end({ pendingAborts: left });
  }

  /** Changes the state, and records it at once unless that may wait. */
  private async change(patch: Partial<JobState>): Promise<void> {
    this.set(patch);
    if (!mayWait(this.state, this.job.target)) await this.flush();
  }

  async end(patch: Partial<JobState>): Promise<void> {
    this.set(patch);
    await this.flush();
  }

  private set(patch: Partial<JobState>): void {
    this.state = { ...this.state, ...patch, updatedAt: this.parts.clock.now() };
    this.isWritten = false;
  }

  async flush(): Promise<void> {
    if (this.isWritten) return;
    const { state } = this;
    await this.parts.table.save(state);
    this.isWritten = this.state === state;
  }

  /**
   * Checks with one HEAD whether the bucket still holds the uploaded file. If the file or the answer differs, changes
   * the state so that the file is compared or sent.
   */
  private async isInBucket(config: UploadConfig, signal: AbortSignal): Promise<boolean> {
    const { state, job } = this;
    const object = objectOf(state, state.result);
    const file = await identifyFile(job.source);
    const isHere = object?.endpoint === config.endpoint && object?.bucket === config.bucket;
    // The upload itself compares a file of the same size by content, and checks whose object it is.
    const compared = { ...state, result: undefined, ...(object?.foreign && { uploaded: object }) };
    if (!file || !object || !isHere || object.key !== job.target.key || !vouchesFor(state.file, file)) {
      this.state = compared;
      return false;
    }
    const head = await this.head(config, object.key, signal);
    const found = head === undefined ? undefined : findUploaded(head, object);
    if (found === 'same') return true;
    const generation = state.generation + 1;
    this.state =
      found === undefined
        ? compared
        : { ...state, ...abandonGeneration(state), file: undefined, uploadToken: undefined, generation };
    return false;
  }

  /** Undefined if the credentials do not permit it; the upload itself finds out more. */
  private async head(
    config: UploadConfig,
    key: string,
    signal: AbortSignal,
  ): Promise<ObjectHead | null | undefined> {
    // Caught within the lease: a store without read permission can still write.
    return this.parts.stores.use(config, (store) =>
      store.headObject({ key, signal }).catch((error: unknown) => {
        if (error instanceof ObjectStoreError && error.httpStatus === 403) return undefined;
        throw error;
      }),
    );
  }

  private doneBy(result: UploadResult): Partial<JobState> {
    const { totalBytes, file } = this.state;
    const size = file?.size ?? totalBytes;
    return {
      status: 'done',
      result,
      bytesUploaded: size,
      totalBytes: size,
      completedAt: this.parts.clock.now(),
      retryCount: 0,
      multipart: undefined,
      // Now recorded in `result`.
      uploaded: undefined,
    };
  }
}
