/** At `tUs` on the session's clock, a segment's video is at `ptsUs`. */
export type FramePoint = { tUs: number; ptsUs: number };

/** Converts session time to the video time of a segment: linear between points, at the session's speed outside. */
export function toVideoTime(points: readonly FramePoint[], tUs: number): number {
  return convert(points, tUs, 'tUs', 'ptsUs');
}

/** Converts the video time `ptsUs` of a segment to session time. */
export function toSessionTime(points: readonly FramePoint[], ptsUs: number): number {
  return convert(points, ptsUs, 'ptsUs', 'tUs');
}

function convert(
  points: readonly FramePoint[],
  value: number,
  from: keyof FramePoint,
  to: keyof FramePoint,
): number {
  const next = firstAfter(points.length, (index) => points[index]![from] > value);
  const before = points[Math.max(0, next - 1)];
  if (before === undefined) return value;
  const after = points[next];
  const past = value - before[from];
  if (after === undefined || past < 0) return before[to] + past;
  return before[to] + (past * (after[to] - before[to])) / (after[from] - before[from]);
}

/** The first index in 0…`count` for which `isAfter` holds; `count` if there is none. `isAfter` must be monotonic. */
export function firstAfter(count: number, isAfter: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Reduces a stream of a segment's frames to few points, such that straight lines between them are within `toleranceUs`
 * of every frame.
 */
export class FramePoints {
  readonly #toleranceUs: number;
  readonly #kept: FramePoint[] = [];
  #last: FramePoint | null = null;
  /** Slopes from the last kept point that are within the tolerance for all frames since. */
  #lowest = -Infinity;
  #highest = Infinity;

  constructor(toleranceUs: number) {
    this.#toleranceUs = toleranceUs;
  }

  add(frame: FramePoint): void {
    const anchor = this.#kept.at(-1);
    if (anchor === undefined) return this.#keep(frame);
    // A repeated time adds nothing; one that goes back is invalid.
    if (frame.tUs <= (this.#last ?? anchor).tUs || frame.ptsUs <= (this.#last ?? anchor).ptsUs) return;
    if (this.#last !== null && !this.#isInSight(anchor, frame)) this.#keep(this.#last);
    this.#see(this.#kept.at(-1)!, frame);
    this.#last = frame;
  }

  points(): FramePoint[] {
    return this.#last === null ? [...this.#kept] : [...this.#kept, this.#last];
  }

  #keep(point: FramePoint): void {
    this.#kept.push({ tUs: point.tUs, ptsUs: point.ptsUs });
    this.#last = null;
    [this.#lowest, this.#highest] = [-Infinity, Infinity];
  }

  #isInSight(anchor: FramePoint, frame: FramePoint): boolean {
    const slope = (frame.ptsUs - anchor.ptsUs) / (frame.tUs - anchor.tUs);
    return slope >= this.#lowest && slope <= this.#highest;
  }

  #see(anchor: FramePoint, frame: FramePoint): void {
    const lengthUs = frame.tUs - anchor.tUs;
    const rise = frame.ptsUs - anchor.ptsUs;
    this.#lowest = Math.max(this.#lowest, (rise - this.#toleranceUs) / lengthUs);
    this.#highest = Math.min(this.#highest, (rise + this.#toleranceUs) / lengthUs);
  }
}
