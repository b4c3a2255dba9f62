/** Bytes the server has acknowledged, and with those under way. Both never fall within a generation. */
export type ByteProgress = { generation: number; bytesAcknowledged: number; bytesOnWire: number };

/** Adds up what the lanes of one upload have sent. */
export class ByteCounter {
  private acknowledged = 0;
  private reported = 0;
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

  sent(partNumber: number, bytes: number): void {
    this.underWay.set(partNumber, (this.underWay.get(partNumber) ?? 0) + bytes);
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

  private tell(): void {
    const underWay = [...this.underWay.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.reported = Math.max(this.reported, this.acknowledged + underWay);
    this.report({
      generation: this.generation,
      bytesAcknowledged: this.acknowledged,
      bytesOnWire: this.reported,
    });
  }
}
