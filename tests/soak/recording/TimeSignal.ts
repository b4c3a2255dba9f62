import { setTimeout as wait } from 'node:timers/promises';
import { desktopOn } from '../../e2e/harness/desktop';

const EVERY_MS = 100;
const LEVELS = 8;
const STEP = 32;
const DARKEST = 16;
const ROW = 100;
const PIXELS = 8;
const LEFT = 40;
const TOP = 100;

/** Where the picture is read, clear of the pointer's path and of the toolbar. */
export const READ_AT = { x: 800, y: 700, size: 16 } as const;

/**
 * A screen and a hand that say what time it is: ten times a second the whole screen takes the colour of a count and
 * the pointer goes to its place. So every recorded frame and every recorded move tells when it happened, whatever the
 * recorder's own clocks say.
 */
export class TimeSignal {
  #painted: number[] = [];
  #moved: number[] = [];
  #running: Promise<void> | null = null;
  #isWanted = false;
  readonly #desktop: ReturnType<typeof desktopOn>;

  constructor(display: string) {
    this.#desktop = desktopOn(display);
  }

  /** Begins to count from 0. A count comes round after 512, so a run should not last 50 s. */
  start(): void {
    this.#painted = [];
    this.#moved = [];
    this.#isWanted = true;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#running;
  }

  /** When the screen took a count's colour, on `performance.now`; undefined when it never did. */
  paintedAtMs(count: number): number | undefined {
    return this.#painted[count];
  }

  /** The same of the pointer. */
  movedAtMs(count: number): number | undefined {
    return this.#moved[count];
  }

  /** The longest time between two counts: on a busy machine nothing can be measured more finely. */
  get stepSeconds(): number {
    const steps = this.#painted.slice(1).map((at, index) => at - this.#painted[index]!);
    return Math.max(0, ...steps) / 1000;
  }

  async #run(): Promise<void> {
    for (let count = 0; this.#isWanted; count += 1) {
      const startedAt = performance.now();
      const { x, y } = placeOf(count);
      await Promise.all([
        this.#desktop.paint(colorOf(count)).then(() => this.#painted.push(performance.now())),
        this.#desktop.moveTo(x, y).then(() => this.#moved.push(performance.now())),
      ]);
      await wait(Math.max(0, EVERY_MS - (performance.now() - startedAt)));
    }
  }
}

function placeOf(count: number): { x: number; y: number } {
  return { x: LEFT + (count % ROW) * PIXELS, y: TOP + Math.floor(count / ROW) * PIXELS };
}

/** The count whose place this is; undefined for any other. */
export function countAt({ x, y }: { x: number; y: number }): number | undefined {
  const count = (x - LEFT) / PIXELS + ((y - TOP) / PIXELS) * ROW;
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}

function colorOf(count: number): string {
  const level = (digit: number) => DARKEST + STEP * (Math.floor(count / LEVELS ** digit) % LEVELS);
  return `#${[2, 1, 0].map((digit) => level(digit).toString(16).padStart(2, '0')).join('')}`;
}

/** The count whose colour this is, though a codec has changed it a little. */
export function countOfColor([red, green, blue]: readonly [number, number, number]): number {
  const digit = (value: number) => Math.min(LEVELS - 1, Math.max(0, Math.round((value - DARKEST) / STEP)));
  return (digit(red) * LEVELS + digit(green)) * LEVELS + digit(blue);
}
