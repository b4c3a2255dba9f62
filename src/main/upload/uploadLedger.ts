import type { MultipartState, UploadState, UploadedPart } from '../types';

/** Makes a change durable; resolves when it is on disk. */
export type SavePatch = (patch: Partial<UploadState>) => Promise<void>;

/**
 * The state of one running upload and its way to disk.
 * Parts are recorded as they are acknowledged and written together while an earlier write is still under way.
 */
export class UploadLedger {
  private writing: Promise<void> | null = null;
  private unwritten = false;
  private current: UploadState;

  constructor(
    initial: UploadState,
    private readonly savePatch: SavePatch,
  ) {
    this.current = initial;
  }

  get state(): UploadState {
    return this.current;
  }

  /** The recorded multipart upload. */
  get multipart(): MultipartState {
    if (!this.current.multipart) throw new Error('no multipart upload is under way');
    return this.current.multipart;
  }

  async save(patch: Partial<UploadState>): Promise<void> {
    this.current = { ...this.current, ...patch };
    await this.savePatch(patch);
  }

  /** Replaces the recorded parts, e.g. by those the server was found to have. */
  async saveParts(parts: UploadedPart[]): Promise<void> {
    const multipart = { ...this.multipart, parts: inOrder(parts) };
    await this.save({ multipart, bytesUploaded: sumSizes(parts) });
  }

  /** Records a part; it is durable after the next `flush` at the latest. */
  addPart(part: UploadedPart): void {
    const parts = inOrder([...this.multipart.parts.filter(({ number }) => number !== part.number), part]);
    this.current = {
      ...this.current,
      multipart: { ...this.multipart, parts },
      bytesUploaded: sumSizes(parts),
    };
    this.unwritten = true;
    // A failure is kept by `writing` and thrown by `flush`.
    if (!this.writing) {
      this.writing = this.writeParts();
      this.writing.catch(() => undefined);
    }
  }

  /** Resolves when every recorded part is on disk. */
  async flush(): Promise<void> {
    await this.writing;
    this.writing = null;
  }

  private async writeParts(): Promise<void> {
    while (this.unwritten) {
      this.unwritten = false;
      const { multipart, bytesUploaded } = this.current;
      await this.savePatch({ multipart, bytesUploaded });
    }
    this.writing = null;
  }
}

function inOrder(parts: UploadedPart[]): UploadedPart[] {
  return parts.toSorted((a, b) => a.number - b.number);
}

function sumSizes(parts: readonly UploadedPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}
