import { access, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { launchApp, type RunningApp } from '../../e2e/harness/app';
import { startRecording } from '../../e2e/harness/record';
import type { Dice } from '../../faults/dice';
import { measure, type Measured } from './measure';
import { readBundle } from './readBundle';
import { TimeSignal } from './TimeSignal';
import { findVictim, victims, type Victim } from './victims';

/** `salvaged`: the bundle came by itself. `problems`: what is wrong with it, each a sentence; none: it is as promised. */
export type RoundResult = {
  victim: Victim;
  recordedSeconds: number;
  salvaged: boolean;
  playable: boolean;
  problems: string[];
  seconds: number;
} & Partial<Measured>;

export type RecordingRoundsParts = { dir: string; dice: Dice; display: string };

const LONGEST_SALVAGE_MS = 120_000;
const LONGEST_OUTAGE_MS = 15_000;

/** One data folder over all rounds, as a user has it: records, kills one of the three processes, and looks what is left. */
export class RecordingRounds {
  #app: RunningApp | null = null;
  readonly #signal: TimeSignal;
  readonly #parts: RecordingRoundsParts;

  constructor(parts: RecordingRoundsParts) {
    this.#parts = parts;
    this.#signal = new TimeSignal(parts.display);
  }

  /** @param victim whom to kill; one of the three by chance when left out */
  async next(victim: Victim = victims[this.#parts.dice.between(0, 2)]!): Promise<RoundResult> {
    const { dice } = this.#parts;
    const startedAt = performance.now();
    const before = new Set(await this.#ids());
    this.#app ??= await this.#launch();
    const toolbar = await startRecording(this.#app);
    const recordsSinceMs = performance.now();
    this.#signal.start();
    const pid = await findVictim(this.#app, victim);
    await wait(dice.between(1500, 4500));
    const killedAtMs = performance.now();
    if (victim === 'main') {
      await this.#app.kill9();
      await this.#signal.stop();
      this.#app = await this.#launch();
    } else {
      process.kill(pid, 'SIGKILL');
      if (victim === 'capture') await this.#hasSegment(before, '0002');
      await wait(dice.between(3000, 4000));
      await toolbar.getByRole('button', { name: 'Stop' }).click();
      await this.#signal.stop();
    }
    const sessionId = (await this.#ids()).find((id) => !before.has(id))!;
    const salvaged = await this.#isExported(sessionId);
    const found = await this.#look(sessionId, { victim, recordsSinceMs, killedAtMs });
    const recordedSeconds = (killedAtMs - recordsSinceMs) / 1000;
    return { victim, salvaged, recordedSeconds, ...found, seconds: (performance.now() - startedAt) / 1000 };
  }

  async close(): Promise<void> {
    await this.#signal.stop();
    await this.#app?.close();
    this.#app = null;
  }

  async #look(sessionId: string, round: { victim: Victim; recordsSinceMs: number; killedAtMs: number }) {
    const content = path.join(this.#parts.dir, 'content');
    const bundle = path.join(this.#sessionsDir, sessionId, `${sessionId}.zip`);
    try {
      const read = await readBundle(bundle, content);
      const times = measure(read, { ...round, signal: this.#signal });
      return { ...times, playable: read.unplayable.length === 0, problems: problemsOf(read, round.victim) };
    } catch (error) {
      return { playable: false, problems: [`no bundle: ${String(error)}`] };
    } finally {
      // The disk need not hold hundreds of sessions; their rows stay listed as long as the folder is there.
      await rm(content, { recursive: true, force: true });
      await rm(bundle, { force: true });
    }
  }

  #launch(): Promise<RunningApp> {
    return launchApp({ userDataDir: path.join(this.#parts.dir, 'data'), display: this.#parts.display });
  }

  get #sessionsDir(): string {
    return path.join(this.#parts.dir, 'data', 'sessions');
  }

  async #ids(): Promise<string[]> {
    return readdir(this.#sessionsDir).catch(() => []);
  }

  /** The picture is back once its next segment has bytes. One that never comes is told by what is measured. */
  async #hasSegment(before: Set<string>, number: string): Promise<void> {
    const sessionId = (await this.#ids()).find((id) => !before.has(id))!;
    const folder = path.join(this.#sessionsDir, sessionId, 'video');
    const giveUpAt = performance.now() + LONGEST_OUTAGE_MS;
    while (performance.now() < giveUpAt) {
      const name = (await readdir(folder)).find((file) => file.startsWith(number));
      if (name !== undefined && (await stat(path.join(folder, name))).size > 0) return;
      await wait(50);
    }
  }

  /** Nobody clicks anything: the mark comes by itself or not at all. */
  async #isExported(sessionId: string): Promise<boolean> {
    const giveUpAt = performance.now() + LONGEST_SALVAGE_MS;
    while (performance.now() < giveUpAt) {
      const isThere = await access(path.join(this.#sessionsDir, sessionId, '.exported')).then(
        () => true,
        () => false,
      );
      if (isThere) return true;
      await wait(50);
    }
    return false;
  }
}

function problemsOf(read: Awaited<ReturnType<typeof readBundle>>, victim: Victim): string[] {
  const { header, segments, gaps } = read;
  const wanted = victim === 'main' ? 'interrupted' : 'finished';
  const missing = { main: undefined, capture: 'video', input: 'input' }[victim];
  return [
    ...read.problems,
    ...read.unplayable,
    ...(header.state === wanted ? [] : [`its state is ${header.state}`]),
    ...(segments.every(({ seeks }) => seeks) ? [] : ['a place near the end of a segment is not found']),
    ...(missing === undefined || gaps.some(({ what }) => what === missing) ? [] : [`no gap of ${missing}`]),
  ];
}
