/** Profiles whose sequence parameter set contains the chroma format. Source: ITU-T H.264 §7.3.2.1.1. */
const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const HEADER_BYTES = 4;

/**
 * The picture size in a sequence parameter set, as `width x height`.
 * @param nal the whole NAL unit, including its header
 */
export function sizeInParameterSet(nal: Uint8Array): string {
  const bits = new BitReader(withoutEmulation(nal), HEADER_BYTES * 8);
  bits.unsigned();
  let chroma = 1;
  if (PROFILES_WITH_CHROMA.has(nal[1] ?? 0)) {
    chroma = bits.unsigned();
    if (chroma === 3) bits.bit();
    bits.unsigned();
    bits.unsigned();
    bits.bit();
    if (bits.bit() === 1) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  bits.unsigned();
  skipPictureOrder(bits);
  bits.unsigned();
  bits.bit();
  const widthInBlocks = bits.unsigned() + 1;
  const heightInUnits = bits.unsigned() + 1;
  const isOfFrames = bits.bit();
  if (isOfFrames === 0) bits.bit();
  bits.bit();
  const [left, right, top, bottom] = bits.bit() === 1 ? cropOf(bits) : [0, 0, 0, 0];
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (2 - isOfFrames);
  const width = widthInBlocks * 16 - cropX * (left + right);
  const height = (2 - isOfFrames) * heightInUnits * 16 - cropY * (top + bottom);
  return `${width} x ${height}`;
}

function skipPictureOrder(bits: BitReader): void {
  const kind = bits.unsigned();
  if (kind === 0) bits.unsigned();
  if (kind !== 1) return;
  bits.bit();
  bits.signed();
  bits.signed();
  for (let left = bits.unsigned(); left > 0; left -= 1) bits.signed();
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (bits.bit() === 0) continue;
    let [last, next] = [8, 8];
    for (let index = 0; index < (list < 6 ? 16 : 64); index += 1) {
      if (next !== 0) next = (last + bits.signed() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

function cropOf(bits: BitReader): [number, number, number, number] {
  return [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()];
}

/** Removes the bytes that keep the content from looking like a start code (§7.4.1). */
function withoutEmulation(nal: Uint8Array): Uint8Array {
  return nal.filter((byte, at) => !(byte === 3 && nal[at - 1] === 0 && nal[at - 2] === 0));
}

/** Reads bits and Exp-Golomb codes (§9.1). Beyond the end every bit is 1, so every code ends. */
class BitReader {
  #at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3] ?? 0xff;
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }

  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) zeros += 1;
    let value = 1;
    for (; zeros > 0; zeros -= 1) value = value * 2 + this.bit();
    return value - 1;
  }

  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
