/**
 * Buffers that parts are read into, lent out and taken back: a new one for each upload would stay in memory until the
 * collector comes, beside those of the next. Those not lent are held weakly, so that an idle app keeps none.
 */
export class PartBuffers {
  private returned: WeakRef<Buffer>[] = [];

  take(sizeBytes: number): Buffer {
    const kept = this.returned.map((reference) => reference.deref()).filter((buffer) => buffer !== undefined);
    const fitting = kept.find((buffer) => buffer.length === sizeBytes);
    this.returned = kept.filter((buffer) => buffer !== fitting).map((buffer) => new WeakRef(buffer));
    return fitting ?? Buffer.allocUnsafeSlow(sizeBytes);
  }

  /** `buffer` may be lent to another from now on. */
  giveBack(buffer: Buffer): void {
    this.returned.push(new WeakRef(buffer));
  }
}
