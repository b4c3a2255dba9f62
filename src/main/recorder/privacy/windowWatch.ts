import type { ActiveWindow } from '../../platformPort';
import type { Clock, Timer } from '../../../shared/runtime';

/**
 * How often the system is asked for the focused window. A look costs about 20 ms of CPU over three processes and blocks
 * main for 0.2 ms (get-windows 9.3 on X11, two busy cores).
 */
const LOOK_EVERY_MS = 1000;
/** A click or shortcut has moved the focus by then. */
const AFTER_INPUT_MS = 150;
/** The shortest time between looks that input triggers. */
const APART_MS = 400;
/** Enough looks at the end to cover the last input, even if the clocks of two processes differ a little. */
const LAST_LOOKS = 3;
/** After this long without an answer, the focused window counts as unknown. */
const ANSWER_MS = 2000;
/** Input arrives well within this time. */
const REMEMBERED_US = 20_000_000;

export type SeenWindow = Extract<ActiveWindow, { kind: 'window' }>;
type Look = { beganUs: number; endedUs: number; permitted: boolean };
type Waiting = { atUs: number; decide: (isPermitted: boolean) => void };

export type WindowWatchParts = {
  clock: Clock;
  /** A rejection counts as `unknown`. */
  ask: () => Promise<ActiveWindow>;
  own: { hasFocus(): boolean };
  isExcluded: (window: SeenWindow) => boolean;
  /** The window, its title or its place changed at about this time (monotonic clock). */
  onSeen: (window: SeenWindow | 'excluded', atUs: number) => void;
};

/**
 * Polls for the focused window. Changes are seen late, so a moment is judged by the looks before and after it: all of
 * them must have found a window that may be recorded.
 */
export class WindowWatch {
  private looks: Look[] = [];
  private waiting: Waiting[] = [];
  private timer: Timer | null = null;
  private dueUs = Infinity;
  private looking: Promise<void> | null = null;
  private isRunning = false;
  private told = '';

  constructor(private readonly parts: WindowWatchParts) {}

  /** Resolves after the first look. */
  async start(): Promise<void> {
    this.isRunning = true;
    this.told = '';
    await this.look();
  }

  /** Decides all pending judgements and stops polling until the next start. Never rejects. */
  async stop(): Promise<void> {
    this.isRunning = false;
    this.planNone();
    await this.looking;
    for (let looks = 0; this.waiting.length > 0 && looks < LAST_LOOKS; looks += 1) await this.look();
    for (const { decide } of this.isRunning ? [] : this.waiting.splice(0)) decide(false);
  }

  /** Looks soon, because input may have moved the focus. */
  soon(): void {
    if (!this.isRunning || this.looking !== null) return;
    const nowUs = this.parts.clock.monotonicUs();
    const apartMs = APART_MS - (nowUs - (this.looks.at(-1)?.beganUs ?? -Infinity)) / 1000;
    const delayMs = Math.max(AFTER_INPUT_MS, apartMs);
    // Continuous input must not postpone the look.
    if (this.dueUs > nowUs + delayMs * 1000) this.planIn(delayMs);
  }

  /** Reports the next look even if nothing changed. */
  tellAgain(): void {
    this.told = '';
  }

  /**
   * Decides, after the next look, whether a window that may be recorded certainly had the focus.
   * @param atUs on the monotonic clock
   */
  judge(atUs: number, decide: Waiting['decide']): void {
    this.waiting.push({ atUs, decide });
    this.decide();
    if (this.waiting.length > 0 && !this.isRunning) void this.stop();
  }

  private async look(): Promise<void> {
    this.planNone();
    this.looking ??= this.askOnce().finally(() => {
      this.looking = null;
      if (this.isRunning) this.planIn(LOOK_EVERY_MS);
    });
    await this.looking;
  }

  private async askOnce(): Promise<void> {
    const { clock, own, isExcluded } = this.parts;
    const beganUs = clock.monotonicUs();
    const wasOwn = own.hasFocus();
    const answer = await this.answered();
    const seen: ActiveWindow = wasOwn || own.hasFocus() ? { kind: 'own' } : answer;
    const excluded = seen.kind === 'window' && isExcluded(seen);
    const endedUs = clock.monotonicUs();
    this.looks = this.looks.filter((look) => endedUs - look.endedUs < REMEMBERED_US);
    this.looks.push({ beganUs, endedUs, permitted: seen.kind !== 'unknown' && !excluded });
    if (seen.kind === 'window') this.tell(excluded ? 'excluded' : seen, beganUs);
    this.decide();
  }

  private async answered(): Promise<ActiveWindow> {
    const { clock, ask } = this.parts;
    const { promise: silence, resolve } = Promise.withResolvers<ActiveWindow>();
    const timer = clock.setTimeout(() => resolve({ kind: 'unknown' }), ANSWER_MS);
    try {
      return await Promise.race([ask(), silence]);
    } catch {
      return { kind: 'unknown' };
    } finally {
      clock.clearTimeout(timer);
    }
  }

  private tell(window: SeenWindow | 'excluded', atUs: number): void {
    const words = JSON.stringify(window);
    if (words === this.told) return;
    this.told = words;
    this.parts.onSeen(window, atUs);
  }

  private decide(): void {
    const undecided: Waiting[] = [];
    for (const waiting of this.waiting) {
      const verdict = this.verdict(waiting.atUs);
      if (verdict === 'unknown') undecided.push(waiting);
      else waiting.decide(verdict === 'permitted');
    }
    this.waiting = undecided;
  }

  /** Every look around the moment must have found a window that may be recorded. */
  private verdict(atUs: number): 'permitted' | 'refused' | 'unknown' {
    const after = this.looks.findIndex(({ beganUs }) => beganUs >= atUs);
    if (after === -1) return 'unknown';
    const before = this.looks.findLastIndex(({ endedUs }) => endedUs <= atUs);
    if (before === -1) return 'refused';
    return this.looks.slice(before, after + 1).every(({ permitted }) => permitted) ? 'permitted' : 'refused';
  }

  private planIn(delayMs: number): void {
    this.planNone();
    this.dueUs = this.parts.clock.monotonicUs() + delayMs * 1000;
    this.timer = this.parts.clock.setTimeout(() => void this.look(), delayMs);
  }

  private planNone(): void {
    if (this.timer !== null) this.parts.clock.clearTimeout(this.timer);
    this.timer = null;
    this.dueUs = Infinity;
  }
}
