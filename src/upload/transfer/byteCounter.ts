/**
 * Progress of an upload in bytes. `bytesAcknowledged`: the server has them; `bytesUnderWay`: in flight, and lost if
 * their part must be sent again; `bytesSent`: all bytes sent in this run, including repeats.
 */
export type ByteProgress = {
  generation: number;
  bytesAcknowledged: number;
  bytesUnderWay: number;
  bytesSent: number;
  /** While the file is compared with earlier parts or with the object at the key; no byte is sent meanwhile. */
  comparing?: { bytes: number; totalBytes: number };
};

/** Sums the bytes sent by the parallel senders of one run. */
export class ByteCounter {
  private acknowledged = 0;
  private sentBytes = 0;
  private readonly underWay = new Map<number, number>();

  constructor(
    private readonly generation: number,
    private readonly report: (progress: ByteProgress) => void,
  ) {}

  /** Counts bytes that need not be sent again. */
  startAt(bytes: number): void {
    this.acknowledged = bytes;
    this.tell();
  }

  /** `bytes` of the `totalBytes` to compare have been read. */
  compared(bytes: number, totalBytes: number): void {
    this.tell({ bytes, totalBytes });
  }

  sent(partNumber: number, bytes: number): void {
    this.underWay.set(partNumber, (this.underWay.get(partNumber) ?? 0) + bytes);
    this.sentBytes += bytes;
    this.tell();
  }

  acknowledge(partNumber: number, size: number): void {
    this.underWay.delete(partNumber);
    this.acknowledged += size;
    this.tell();
  }

  /** The part's bytes are lost and will be sent again. */
  forget(partNumber: number): void {
    this.underWay.delete(partNumber);
  }

  private tell(comparing?: ByteProgress['comparing']): void {
    this.report({
      generation: this.generation,
      bytesAcknowledged: this.acknowledged,
      bytesUnderWay: [...this.underWay.values()].reduce((sum, bytes) => sum + bytes, 0),
      bytesSent: this.sentBytes,
      comparing,
    });
  }
}
