import { ClockMapping } from '../../../shared/clockMapping';

/**
 * When input happened. On X11 the hook gives the server's own time of each event, in milliseconds; how late its callback
 * runs then does not matter. Elsewhere the callback's time counts: Windows gives a time in steps of up to 16 ms, and
 * macOS one whose unit differs by processor (libuiohook 1.3).
 */
export class HookClock {
  readonly #server: ClockMapping | null;

  /** @param os `process.platform` */
  constructor(os: string) {
    this.#server = os === 'linux' ? new ClockMapping() : null;
  }

  /**
   * @param timeMs the event's `time`
   * @param readUs now, on the monotonic clock
   * @returns microseconds on the monotonic clock
   */
  atUs(timeMs: number, readUs: number): number {
    if (this.#server === null || !Number.isFinite(timeMs)) return readUs;
    return Math.round(this.#server.map(timeMs * 1000, readUs));
  }
}
