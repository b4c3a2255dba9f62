import { sizeInParameterSet } from './h264Size';
import { boxesIn, textAt, type Box } from './mp4Boxes';

/** How a track's samples are written, and the size in its description. */
type VideoTrack = { id: number; lengthBytes: number; size: string };

/** `bytes`: the bytes that belong to the recording; `hasChanged`: the picture has another size after them. */
export type Passed = { bytes: Uint8Array<ArrayBuffer>; hasChanged: boolean };

const SEQUENCE_PARAMETER_SET = 7;
/** A fragment lasts about a second; a larger declared size is invalid and would block forever. */
const LARGEST_BOX_BYTES = 64 * 1024 * 1024;
/** An `avc1` or `avc3` sample entry before its own boxes. Source: ISO/IEC 14496-12 §12.1.3. */
const SAMPLE_ENTRY_BYTES = 86;

/**
 * Keeps a fragmented MP4 playable everywhere when the recorded picture changes its size. Players read the size from the
 * file header, so everything after a change is dropped. The recording is made as `avc3`, whose key frames contain their
 * size. Once all sizes are the same, `avc1` describes it as well, and more players support that.
 */
export class FragmentGate {
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();
  #video: VideoTrack | null = null;
  #hasChanged = false;
  /** The data is not the expected MP4: it passes unchecked and unbuffered. */
  #isUnknown = false;

  /** Takes the recorder's next bytes. Buffers an incomplete box until the rest arrives. */
  pass(next: Uint8Array<ArrayBuffer>): Passed {
    if (this.#hasChanged) return { bytes: new Uint8Array(), hasChanged: true };
    if (this.#isUnknown) return { bytes: next, hasChanged: false };
    const bytes = joined(this.#held, next);
    let passed = 0;
    for (const box of boxesIn(bytes)) {
      if (box.type === 'moov') this.#video = describe(bytes, box);
      if (box.type === 'ftyp') renameBrands(bytes, box);
      // A fragment is passed on together with the data that follows it.
      if (box.type === 'moof' && !isWhole(bytes, box.end)) break;
      this.#hasChanged = box.type === 'moof' && this.#isOfAnotherSize(bytes, box);
      if (this.#hasChanged) break;
      passed = box.end;
    }
    this.#isUnknown = !this.#hasChanged && !isBoxOfFragment(bytes, passed);
    if (this.#isUnknown) passed = bytes.length;
    this.#held = bytes.slice(passed);
    return { bytes: bytes.subarray(0, passed), hasChanged: this.#hasChanged };
  }

  #isOfAnotherSize(bytes: Uint8Array, moof: Box): boolean {
    if (this.#video === null) return false;
    const at = firstSample(bytes, moof, this.#video.id);
    const found = at === undefined ? undefined : sizeOfSample(bytes, at, this.#video.lengthBytes);
    return found !== undefined && found !== this.#video.size;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Whether a plausible box begins at `at`; true if its header is incomplete. */
function isBoxOfFragment(bytes: Uint8Array, at: number): boolean {
  if (at + 8 > bytes.length) return true;
  const length = view(bytes).getUint32(at);
  return length >= 8 && length <= LARGEST_BOX_BYTES && /^[a-z0-9]{4}$/.test(textAt(bytes, at + 4));
}

/** Whether the box that begins at `at` is complete. */
function isWhole(bytes: Uint8Array, at: number): boolean {
  return !boxesIn(bytes, at).next().done;
}

function firstOf(bytes: Uint8Array, type: string, from: number, to: number): Box | undefined {
  for (const box of boxesIn(bytes, from, to)) if (box.type === type) return box;
  return undefined;
}

function child(bytes: Uint8Array, parent: Box | undefined, ...path: string[]): Box | undefined {
  return path.reduce<Box | undefined>((box, type) => box && firstOf(bytes, type, box.start, box.end), parent);
}

/** The video track, renamed to `avc1`; null if it is not `avc3`. */
function describe(bytes: Uint8Array<ArrayBuffer>, moov: Box): VideoTrack | null {
  for (const trak of boxesIn(bytes, moov.start, moov.end)) {
    const stsd = child(bytes, trak, 'mdia', 'minf', 'stbl', 'stsd');
    const tkhd = child(bytes, trak, 'tkhd');
    if (stsd === undefined || tkhd === undefined) continue;
    const entry = firstOf(bytes, 'avc3', stsd.start + 8, stsd.end);
    const avcC = entry && firstOf(bytes, 'avcC', entry.start - 8 + SAMPLE_ENTRY_BYTES, entry.end);
    if (entry === undefined || avcC === undefined) continue;
    rename(bytes, entry.start - 4);
    return { id: trackIdIn(bytes, tkhd), ...configuration(bytes, avcC) };
  }
  return null;
}

function trackIdIn(bytes: Uint8Array, { start }: Box): number {
  const isLong = bytes[start] === 1;
  return view(bytes).getUint32(start + (isLong ? 20 : 12));
}

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 §5.3.3.1. Its first parameter set is that of the first key frame. */
function configuration(bytes: Uint8Array, { start }: Box): Omit<VideoTrack, 'id'> {
  const length = view(bytes).getUint16(start + 6);
  const set = bytes.subarray(start + 8, start + 8 + length);
  return { lengthBytes: ((bytes[start + 4] ?? 0) & 3) + 1, size: sizeInParameterSet(set) };
}

function renameBrands(bytes: Uint8Array<ArrayBuffer>, { start, end }: Box): void {
  for (let at = start; at + 4 <= end; at += 4) if (textAt(bytes, at) === 'avc3') rename(bytes, at);
}

/** Renames `avc3` to `avc1`. */
function rename(bytes: Uint8Array<ArrayBuffer>, at: number): void {
  bytes[at + 3] = '1'.charCodeAt(0);
}

/** The offset of the track's first sample in the fragment. Chromium counts offsets from the fragment's start. */
function firstSample(bytes: Uint8Array, moof: Box, trackId: number): number | undefined {
  for (const traf of boxesIn(bytes, moof.start, moof.end)) {
    const tfhd = child(bytes, traf, 'tfhd');
    const trun = child(bytes, traf, 'trun');
    if (tfhd === undefined || trun === undefined) continue;
    const hasOffset = ((bytes[trun.start + 3] ?? 0) & 1) === 1;
    if (view(bytes).getUint32(tfhd.start + 4) !== trackId || !hasOffset) continue;
    return moof.start - 8 + view(bytes).getInt32(trun.start + 8);
  }
  return undefined;
}

/** The size in a sample's own parameter set, which precedes the picture; undefined without one. */
function sizeOfSample(bytes: Uint8Array, from: number, lengthBytes: number): string | undefined {
  for (let at = from; at + lengthBytes < bytes.length;) {
    let length = 0;
    for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + bytes[at + index]!;
    at += lengthBytes;
    const kind = bytes[at]! & 31;
    if (kind === SEQUENCE_PARAMETER_SET) return sizeInParameterSet(bytes.subarray(at, at + length));
    if (kind >= 1 && kind <= 5) return undefined;
    at += length;
  }
  return undefined;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
