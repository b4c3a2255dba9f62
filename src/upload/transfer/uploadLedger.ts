import type { Clock, Timer } from '../../shared/runtime';
import type {
  FoundInBucket,
  MultipartState,
  JobState,
  UploadedObject,
  UploadedPart,
} from '../../shared/upload';
import { withAnswer } from './uploadedObject';

/** Resolves once the change is on disk. */
export type SavePatch = (patch: Partial<JobState>) => Promise<void>;

/** Acknowledged parts may stay in memory for this long; after a crash, they must be recognized on the server. */
const WRITE_PARTS_EVERY_MS = 1000;

/**
 * The state of one running upload, and how it is saved. Everything is written at once, except acknowledged parts: those
 * are written together, at most once a second.
 */
export class UploadLedger {
  private writing: Promise<void> = Promise.resolve();
  private unwritten = false;
  private failure: { error: unknown } | null = null;
  private timer: Timer | null = null;
  private writtenAtMs = -Infinity;
  private current: JobState;
  /**
   * The parts of the multipart upload by number, and their total size. Thousands arrive one by one, so `current` may
   * lack some.
   */
  private readonly parts = new Map<number, UploadedPart>();
  private bytesUploaded = 0;
  private isBehind = false;

  constructor(
    initial: JobState,
    private readonly savePatch: SavePatch,
    private readonly clock: Pick<Clock, 'monotonicUs' | 'setTimeout' | 'clearTimeout'>,
  ) {
    this.current = initial;
    this.countParts();
  }

  get state(): JobState {
    const { multipart } = this.current;
    if (this.isBehind && multipart) {
      const parts = inOrder([...this.parts.values()]);
      this.current = {
        ...this.current,
        multipart: { ...multipart, parts },
        bytesUploaded: this.bytesUploaded,
      };
    }
    this.isBehind = false;
    return this.current;
  }

  /** The server's id of the recorded multipart upload. */
  get uploadId(): string {
    if (!this.current.multipart) throw noMultipart();
    return this.current.multipart.uploadId;
  }

  /** The recorded multipart upload. */
  get multipart(): MultipartState {
    const { multipart } = this.state;
    if (!multipart) throw noMultipart();
    return multipart;
  }

  async save(patch: Partial<JobState>): Promise<void> {
    this.current = { ...this.state, ...patch };
    if ('multipart' in patch) this.countParts();
    await this.savePatch(patch);
  }

  /** Records what the bucket said about an earlier upload's object at this key, if that is new. */
  async noteEarlier(
    find: (earlier: UploadedObject) => FoundInBucket | undefined,
    checkedAt: number,
  ): Promise<void> {
    const { uploaded, endpoint, bucket, key } = this.current;
    if (!uploaded || uploaded.endpoint !== endpoint || uploaded.bucket !== bucket || uploaded.key !== key)
      return;
    const found = find(uploaded);
    if (!found || found === (uploaded.check?.found ?? 'same')) return;
    await this.save({ uploaded: withAnswer(uploaded, found, checkedAt) });
  }

  /**
   * Replaces the recorded parts, for example with those that the server lists.
   * @param file the file they were compared with, if any
   */
  async saveParts(parts: UploadedPart[], file?: JobState['file']): Promise<void> {
    const multipart = { ...this.multipart, parts: inOrder(parts) };
    await this.save({ multipart, bytesUploaded: sumSizes(parts), ...(file && { file }) });
  }

  /**
   * Records a part; it is durable after a second, or after the next `flush`.
   * @throws the error of an earlier write: with a full disk, nothing more should be sent
   */
  addPart(part: UploadedPart): void {
    const { size = 0 } = this.parts.get(part.number) ?? {};
    if (!this.current.multipart) throw noMultipart();
    this.parts.set(part.number, part);
    this.bytesUploaded += part.size - size;
    this.isBehind = true;
    this.unwritten = true;
    if (this.failure) throw this.failure.error;
    const waitMs = this.writtenAtMs + WRITE_PARTS_EVERY_MS - this.clock.monotonicUs() / 1000;
    if (waitMs <= 0) void this.writeParts();
    else this.timer ??= this.clock.setTimeout(() => void this.writeParts(), waitMs);
  }

  /** Resolves once every recorded part is on disk. @throws the error of the last write */
  async flush(): Promise<void> {
    await this.writeParts();
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure.error;
  }

  private countParts(): void {
    this.parts.clear();
    for (const part of this.current.multipart?.parts ?? []) this.parts.set(part.number, part);
    this.bytesUploaded = sumSizes([...this.parts.values()]);
  }

  /** Never rejects: a failure is kept for `addPart` and `flush`. */
  private writeParts(): Promise<void> {
    if (this.timer) this.clock.clearTimeout(this.timer);
    this.timer = null;
    return (this.writing = this.writing.then(() => this.writeUnwritten()));
  }

  private async writeUnwritten(): Promise<void> {
    if (!this.unwritten) return;
    this.unwritten = false;
    this.writtenAtMs = this.clock.monotonicUs() / 1000;
    const { multipart, bytesUploaded } = this.state;
    try {
      await this.savePatch({ multipart, bytesUploaded });
      this.failure = null;
    } catch (error) {
      this.unwritten = true;
      this.failure = { error };
    }
  }
}

function noMultipart(): Error {
  return new Error('no multipart upload is under way');
}

function inOrder(parts: UploadedPart[]): UploadedPart[] {
  return parts.toSorted((a, b) => a.number - b.number);
}

function sumSizes(parts: readonly UploadedPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}
