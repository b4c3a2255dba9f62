import type { AppError } from '../../../shared/appError';
import type { SessionStore } from '../../sessions/createSessions';
import type { Clock, Logger, ReportNotice, Timer } from '../../../shared/runtime';
import type { Exporter } from '../bundle/exporter';

/** Another process may hold a session. It is checked again after this time. */
const LOOK_AGAIN_MS = 60_000;

export type SalvageParts = {
  sessions: SessionStore;
  exporter: Exporter;
  clock: Clock;
  log: Logger;
  report: ReportNotice;
};

/** Repairs and exports, at the start of the app, sessions that a crash or quit interrupted. */
export type Salvage = {
  /**
   * Marks interrupted sessions and reports them. Call it before the window opens and anything records. Fast, changes no
   * recorded file, and continues after a session that fails.
   * @returns the ids of the recordings that were interrupted since the last start
   */
  find(): Promise<string[]>;
  /**
   * Repairs and exports the sessions found, one at a time, the newest first. The list shows failures, and the next start
   * tries them again. Resolves when all are done.
   */
  run(): Promise<void>;
  /** Whether sessions still wait for their repair. */
  hasWork(): boolean;
  /** Starts no further repair. */
  stop(): void;
};

export function createSalvage(input: SalvageParts): Salvage {
  return new SalvageQueue(input);
}

type Verdict = 'nothing to do' | 'cut off now' | 'cut off' | 'not exported' | 'held elsewhere';

class SalvageQueue implements Salvage {
  private waiting: string[] = [];
  /** The recordings reported to the user. */
  private told: string[] = [];
  private again: Timer | null = null;
  private isRunning = false;
  private isStopped = false;

  constructor(private readonly parts: SalvageParts) {}

  async find(): Promise<string[]> {
    const { sessions, log, report } = this.parts;
    const cutOff = await this.sort(await sessions.ids());
    if (cutOff.length > 0) {
      log.info('interrupted recordings found', { sessions: cutOff });
      report('info', found(cutOff));
      this.told = cutOff;
    }
    return cutOff;
  }

  async run(): Promise<void> {
    this.isRunning = true;
    try {
      await this.repairAll();
      if (!this.isStopped) await this.tellOutcome();
    } finally {
      this.isRunning = false;
    }
  }

  hasWork(): boolean {
    return this.isRunning || (!this.isStopped && this.waiting.length > 0);
  }

  private async repairAll(): Promise<void> {
    const { sessions, exporter, log } = this.parts;
    for (let sessionId = this.next(); sessionId !== undefined; sessionId = this.next()) {
      // It was deleted or exported by the user meanwhile.
      if (sessions.activity(sessionId) === null || exporter.isExporting(sessionId)) continue;
      await exporter
        .exportSession(sessionId)
        .then(() => log.info('session salvaged', { sessionId }))
        .catch((error: unknown) => log.warn('session not salvaged', { sessionId, error: String(error) }));
    }
  }

  /** Replaces the notice of `find`. */
  private async tellOutcome(): Promise<void> {
    const { sessions, report } = this.parts;
    const told = this.told;
    this.told = [];
    if (told.length === 0) return;
    const without: string[] = [];
    for (const sessionId of told) if (!(await sessions.isExported(sessionId))) without.push(sessionId);
    report(without.length > 0 ? 'warning' : 'info', repaired(told, without.length));
  }

  stop(): void {
    this.isStopped = true;
    if (this.again !== null) this.parts.clock.clearTimeout(this.again);
    this.again = null;
  }

  private next(): string | undefined {
    return this.isStopped ? undefined : this.waiting.shift();
  }

  /** @returns the sessions that were interrupted since the last start */
  private async sort(ids: string[]): Promise<string[]> {
    const { sessions, log } = this.parts;
    const cutOff: string[] = [];
    const elsewhere: string[] = [];
    for (const sessionId of ids.toSorted().toReversed()) {
      try {
        const verdict = await this.judge(sessionId);
        if (verdict === 'cut off now') cutOff.push(sessionId);
        if (verdict === 'held elsewhere') elsewhere.push(sessionId);
        if (verdict.startsWith('cut off')) await this.enqueue(sessionId, 'repairing');
        if (verdict === 'not exported') await this.enqueue(sessionId, 'exporting');
      } catch (error) {
        log.error('session not recovered', { sessionId, error: String(error) });
      }
    }
    for (const sessionId of elsewhere) sessions.setActivity(sessionId, { condition: 'recording' });
    if (elsewhere.length > 0) this.lookAgain(elsewhere);
    return cutOff;
  }

  private async judge(sessionId: string): Promise<Verdict> {
    const { sessions } = this.parts;
    if (await sessions.isHeldElsewhere(sessionId)) return 'held elsewhere';
    await sessions.removeLeftovers(sessionId);
    // Checked first: there may be thousands of exported sessions.
    if (await sessions.isExported(sessionId)) return 'nothing to do';
    const header = await sessions.readHeader(sessionId);
    if (header === null) return this.rebuild(sessionId);
    if (header.state === 'finished') return 'not exported';
    if (header.state === 'interrupted') return 'cut off';
    await sessions.settleHeader(sessionId);
    return 'cut off now';
  }

  /** Rebuilds a lost or damaged header from the recorded files. */
  private async rebuild(sessionId: string): Promise<Verdict> {
    const { sessions, log, report } = this.parts;
    if (!(await sessions.hasContent(sessionId))) return 'nothing to do';
    await sessions.settleHeader(sessionId);
    log.warn('header made anew', { sessionId });
    report('warning', { ...rebuilt, details: sessionId });
    return 'cut off';
  }

  private async enqueue(sessionId: string, condition: 'repairing' | 'exporting'): Promise<void> {
    const { sessions } = this.parts;
    // Interrupted before anything was recorded: there is nothing to export.
    if (!(await sessions.hasContent(sessionId))) return;
    sessions.setActivity(sessionId, { condition });
    this.waiting.push(sessionId);
  }

  private lookAgain(ids: string[]): void {
    if (this.isStopped) return;
    const { clock, sessions, log } = this.parts;
    const look = async () => {
      for (const sessionId of ids) sessions.setActivity(sessionId, null);
      await this.sort(ids);
      await this.run();
    };
    this.again = clock.setTimeout(
      () => void look().catch((error: unknown) => log.error('salvage', { error: String(error) })),
      LOOK_AGAIN_MS,
    );
  }
}

const rebuilt: AppError = {
  code: 'Rebuilt',
  message: 'The description of a session was lost and was rebuilt from what was recorded.',
  action: 'There is nothing to do: its bundle is being made, and says so.',
};

function found(cutOff: string[]): AppError {
  const one = cutOff.length === 1;
  return {
    ...recovered(cutOff),
    action: one
      ? 'There is nothing to do: its bundle is being made.'
      : 'There is nothing to do: their bundles are being made.',
  };
}

/** @param without how many of them still have no bundle */
function repaired(cutOff: string[], without: number): AppError {
  const made = cutOff.length === 1 ? 'Its bundle has been made.' : 'Their bundles have been made.';
  const one = without === 1 ? 'One has no bundle yet: its row says why.' : undefined;
  const not = one ?? `${without} have no bundle yet: their rows say why.`;
  return { ...recovered(cutOff), action: without === 0 ? made : not };
}

function recovered(cutOff: string[]): AppError {
  return {
    code: 'Recovered',
    message:
      cutOff.length === 1
        ? 'A recording was cut off last time; everything written until then was kept.'
        : `${cutOff.length} recordings were cut off; everything written until then was kept.`,
    action: '',
    details: cutOff.join(', '),
  };
}
