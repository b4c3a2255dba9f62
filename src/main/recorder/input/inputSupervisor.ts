import { AppFailure } from '../../../shared/appError';
import type { Clock, Logger, Timer } from '../../../shared/runtime';
import type { InputMessage, InputProcess, RawInput } from '../../inputPort';

const CHECK_MS = 500;
/** Counted in checks, not in time: after the machine slept, a heartbeat (every 500 ms) is late and nothing is wrong. */
const SILENT_CHECKS = 3;
const READY_MS = 5000;
/**
 * The hook counts as deaf after so many pointer moves without an event. More than one, because an event may be on its
 * way, and programs move the pointer too.
 */
const UNTOLD_MOVES = 3;
/** After this many restarts the hook counts as lost, and is retried every `TRY_AGAIN_MS`. */
const RESTARTS_IN_A_ROW = 5;
/** A hook that worked this long before it failed has a new problem. */
const LASTING_US = 10_000_000;
const TRY_AGAIN_MS = 30_000;

export type InputSupervisorParts = {
  start: () => InputProcess;
  /** null if the system does not tell. */
  pointerAt: () => { x: number; y: number } | null;
  clock: Clock;
  log: Logger;
  onEvents: (events: RawInput[]) => void;
  /** Input was lost between the two times (clock of `RawInput.atUs`). */
  onGap: (fromUs: number, toUs: number) => void;
  /** The hook could not be restarted. Called once for each loss. */
  onLost: () => void;
};

/**
 * Restarts the input process when it exits, falls silent, or sends no events while the pointer moves (systems may remove
 * a hook silently). Reports the gap.
 */
export class InputSupervisor {
  private child: InputProcess | null = null;
  private lastSignUs = 0;
  private standsFromUs = 0;
  /** Since when input is missing; null while the hook works. */
  private missedFromUs: number | null = null;
  private stands = false;
  /** The time of the hook's last event, or of its start. */
  private heardUs = 0;
  /** The pointer at the last check; null after an event of the hook. */
  private pointer: { x: number; y: number } | null = null;
  private untoldMoves = 0;
  private wasDeaf = false;
  private silentChecks = 0;
  private failures = 0;
  private checkTimer: Timer | null = null;
  private restartTimer: Timer | null = null;
  private waiting: { untilUs: number; resolve: () => void }[] = [];
  private onReady: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(private readonly parts: InputSupervisorParts) {}

  /** Resolves when the hook works. Rejects with an AppFailure if it cannot be set. */
  async start(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => (this.onReady = { resolve, reject }));
    this.spawn();
    const timer = this.parts.clock.setTimeout(
      () => this.onReady?.reject(hookFailed('the input process did not answer')),
      READY_MS,
    );
    try {
      await ready;
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      this.parts.clock.clearTimeout(timer);
      this.onReady = null;
    }
    this.scheduleCheck();
  }

  /** Resolves when all input until `untilUs` has arrived, after `atMostMs`, or if there is no input process. */
  drained(untilUs: number, atMostMs: number): Promise<void> {
    if (this.child === null || this.lastSignUs >= untilUs) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.parts.clock.setTimeout(resolve, atMostMs);
      const done = () => {
        this.parts.clock.clearTimeout(timer);
        resolve();
      };
      this.waiting.push({ untilUs, resolve: done });
    });
  }

  /** @param untilUs the end of the recording, up to which a gap is reported */
  stop(untilUs?: number): void {
    for (const timer of [this.checkTimer, this.restartTimer])
      if (timer !== null) this.parts.clock.clearTimeout(timer);
    if (this.missedFromUs !== null && untilUs !== undefined) this.parts.onGap(this.missedFromUs, untilUs);
    this.missedFromUs = null;
    this.checkTimer = null;
    this.restartTimer = null;
    const child = this.child;
    this.child = null;
    child?.kill();
  }

  private spawn(): void {
    this.restartTimer = null;
    const child = this.parts.start();
    this.child = child;
    this.stands = false;
    // Starting takes longer than a heartbeat, especially on a busy machine.
    this.silentChecks = SILENT_CHECKS - READY_MS / CHECK_MS;
    child.onMessage((message) => {
      if (this.child === child) this.heard(message);
    });
    child.onExit((code) => {
      if (this.child === child) this.ended(`exit code ${code}`);
    });
  }

  private heard(message: InputMessage): void {
    this.silentChecks = 0;
    switch (message.kind) {
      case 'ready':
        return this.standing();
      case 'alive':
        return this.alive(message.atUs);
      case 'events':
        this.parts.onEvents(message.events);
        this.toldUntil(message.events.at(-1)?.atUs ?? this.lastSignUs);
        return this.sign(this.heardUs);
      case 'failed':
        return this.failed(message.message);
    }
  }

  private standing(): void {
    const nowUs = this.parts.clock.monotonicUs();
    this.stands = true;
    this.standsFromUs = nowUs;
    if (this.onReady !== null) this.onReady.resolve();
    else this.parts.onGap(this.missedFromUs ?? this.lastSignUs, nowUs);
    this.missedFromUs = null;
    this.toldUntil(nowUs);
    this.sign(nowUs);
  }

  private alive(atUs: number): void {
    // Heartbeats do not prove that a hook recovered from being deaf.
    const provenUs = this.wasDeaf ? this.heardUs : atUs;
    if (provenUs - this.standsFromUs >= LASTING_US) {
      this.failures = 0;
      this.wasDeaf = false;
    }
    this.sign(atUs);
  }

  private toldUntil(atUs: number): void {
    this.heardUs = Math.max(this.heardUs, atUs);
    this.pointer = null;
    this.untoldMoves = 0;
  }

  /** Whether the pointer moves and the hook sends no events. */
  private isDeaf(): boolean {
    const at = this.parts.pointerAt();
    const before = this.pointer;
    this.pointer = at;
    if (at !== null && before !== null && (at.x !== before.x || at.y !== before.y)) this.untoldMoves += 1;
    return this.untoldMoves >= UNTOLD_MOVES;
  }

  private sign(atUs: number): void {
    this.lastSignUs = Math.max(this.lastSignUs, atUs);
    const due = this.waiting.filter(({ untilUs }) => untilUs <= this.lastSignUs);
    this.waiting = this.waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }

  private failed(message: string): void {
    if (this.onReady !== null) return this.onReady.reject(hookFailed(message));
    this.ended(message);
  }

  private ended(why: string): void {
    if (this.onReady !== null) return this.onReady.reject(hookFailed(why));
    this.failures += 1;
    this.missedFromUs ??= this.lastSignUs;
    const child = this.child;
    this.child = null;
    child?.kill();
    this.parts.log.warn('input process broke off', { why, failures: this.failures });
    if (this.failures <= RESTARTS_IN_A_ROW) return this.spawn();
    this.restartTimer = this.parts.clock.setTimeout(() => this.spawn(), TRY_AGAIN_MS);
    if (this.failures === RESTARTS_IN_A_ROW + 1) this.parts.onLost();
  }

  private scheduleCheck(): void {
    this.checkTimer = this.parts.clock.setTimeout(() => {
      this.silentChecks += 1;
      this.check();
      this.scheduleCheck();
    }, CHECK_MS);
  }

  private check(): void {
    if (this.child === null) return;
    if (this.silentChecks > SILENT_CHECKS) return this.ended('silence');
    if (!this.stands || !this.isDeaf()) return;
    this.wasDeaf = true;
    // Its heartbeats prove nothing about input, so the gap begins at its last event.
    this.missedFromUs = this.heardUs;
    this.ended('it tells nothing while the pointer moves');
  }
}

function hookFailed(details: string): AppFailure {
  return new AppFailure({
    code: 'InputHookFailed',
    message: 'Mouse and keyboard cannot be recorded.',
    action: 'Allow the app to observe input in the system settings, then start again.',
    details,
  });
}
