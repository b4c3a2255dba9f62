import { StorePool, type CreateStore } from '../upload/objectStore/storePool';
import { checkCredentials, type CredentialsVerdict } from '../upload/destination/checkCredentials';
import { abortUploads, type LostCreate } from '../upload/transfer/abortUploads';
import { choosePartSizeBytes } from '../upload/transfer/partPlan';
import type { UploadResult } from '../upload/transfer/transfer';
import { Uploader, type UploaderParts, type UploadJob } from '../upload/uploader';
import { describeWarning } from '../shared/text/settingsErrors';
import { describeProblem } from '../shared/text/uploadErrors';
import type { PendingAbort, UploadConfig, ValidateConfigResult } from '../shared/upload';

export { isRetryableError } from '../upload/objectStore/s3/classifyError';
export type { CreateStore } from '../upload/objectStore/storePool';
export type { UploadJob } from '../upload/uploader';

export type UploadServiceParts = Omit<UploaderParts, 'stores'> & { createStore: CreateStore };

/** The app's bucket operations. A failed upload throws at once, with its verdict; the queue retries. */
export class UploadService {
  private readonly stores: StorePool;
  private readonly uploader: Uploader;

  constructor(private readonly parts: UploadServiceParts) {
    this.stores = new StorePool(parts.createStore, parts.clock);
    this.uploader = new Uploader({ ...parts, stores: this.stores });
  }

  /** @throws ObjectStoreError and nothing else */
  uploadFile(job: UploadJob): Promise<UploadResult> {
    return this.uploader.uploadFile(job);
  }

  /** Writes, reads and deletes a probe under the prefix, and makes one multipart upload. */
  async validateCredentials(config: UploadConfig, signal?: AbortSignal): Promise<ValidateConfigResult> {
    const { rateLimit, createStore, clock } = this.parts;
    const partSizeBytes = choosePartSizeBytes(0, config.partSizeBytes, rateLimit?.bytesPerSecond);
    // A connection test creates its own store.
    const stores = new StorePool(createStore, clock);
    try {
      return inWords(await checkCredentials({ ...this.parts, stores, partSizeBytes }, config, signal));
    } finally {
      stores.close();
    }
  }

  /**
   * Aborts multipart uploads on the server, for ten seconds at most.
   * @param lost a Create whose outcome is unknown; the upload it may have made is aborted too
   * @returns those that could not be aborted now
   */
  abortUploads(
    config: UploadConfig,
    aborts: readonly PendingAbort[],
    lost?: LostCreate,
  ): Promise<PendingAbort[]> {
    return abortUploads({ ...this.parts, stores: this.stores }, config, aborts, { lost });
  }

  /** The computer woke up: new requests use new connections. */
  onWake(): void {
    this.stores.renew();
  }

  /** Closes idle connections now, and the others when they are released. */
  close(): void {
    this.stores.close();
  }
}

function inWords(verdict: CredentialsVerdict): ValidateConfigResult {
  if (verdict.valid) {
    const warnings = verdict.warnings.map(describeWarning);
    return { valid: true, warnings: warnings.length > 0 ? warnings : undefined };
  }
  const { facts } = verdict.problem;
  const suggestedEndpoint = facts.kind === 'https-only' ? facts.endpoint : undefined;
  return { valid: false, error: describeProblem(verdict.problem), suggestedEndpoint };
}
