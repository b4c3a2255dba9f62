/** A box of an MP4 without its header: `start` to `end`. */
export type Box = { type: string; start: number; end: number };

/** The complete boxes, one after another. Source: ISO/IEC 14496-12 §4.2. */
export function* boxesIn(bytes: Uint8Array, from = 0, to = bytes.length): Generator<Box, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 <= to;) {
    const short = view.getUint32(at);
    const isLong = short === 1;
    if (isLong && at + 16 > to) return;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : short;
    if (length < (isLong ? 16 : 8) || at + length > to) return;
    yield { type: textAt(bytes, at + 4), start: at + (isLong ? 16 : 8), end: at + length };
    at += length;
  }
}

export function textAt(bytes: Uint8Array, at: number): string {
  return Array.from(bytes.subarray(at, at + 4), (byte) => String.fromCharCode(byte)).join('');
}
