import { createHash, randomUUID, randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { UploadConfig, UploadState, UploadStatus } from '../../src/shared/upload';
import type { UploadStateStore } from '../../src/main/uploadStateStore';
import { FakeClock } from '../fakes/FakeClock';
import { FakeSessions } from '../fakes/FakeSessions';
import { SilentLog } from '../fakes/SilentLog';
import type { Dice } from './dice';
import { startEngine, type Engine } from './engine';
import { stateFileOf, type StateStoreName } from './keptStates';
import { BucketInspector } from './BucketInspector';
import { FaultProxy } from './proxy/FaultProxy';
import { RuleBook } from './proxy/rules';
import { MIB, PART_BYTES, type Scenario } from './scenario';
import type { ServerUnderTest } from './servers';

export const SESSION = '20260131-142530-9f3a';
const tlsFixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
const localhostTls = { key: tlsFixture('localhost.key'), cert: tlsFixture('localhost.crt') };
const LONGEST_REAL_MS = 240_000;

/** One upload of one bundle under one scenario: proxy, engine, disk, and an eye on the bucket. */
export class Run {
  readonly clock = new FakeClock();
  readonly log = new SilentLog();
  readonly prefix = `faults/${randomUUID()}/`;
  readonly key = `${this.prefix}${SESSION}/${SESSION}.zip`;
  /** The first claim of "done" that was not true, if any. */
  falseDone: string | null = null;
  /** The most attempts that were ever charged. */
  charged = 0;
  quarantined = 0;
  /** Put around the state store of each engine started from now on. */
  wrapStates?: (states: UploadStateStore) => UploadStateStore;
  proxy!: FaultProxy;
  engine!: Engine;
  private checks: Promise<void>[] = [];
  private readonly cleanUps: (() => Promise<void>)[] = [];
  /** The size of the largest bundle that stood there. */
  largestBytes = 0;
  private content: Buffer = Buffer.alloc(0);

  private constructor(
    readonly scenario: Scenario,
    readonly dir: string,
    readonly server: ServerUnderTest,
    readonly stateStore: StateStoreName,
    readonly eye: BucketInspector,
  ) {}

  static async prepare(
    scenario: Scenario,
    server: ServerUnderTest,
    dice: Dice,
    stateStore: StateStoreName,
  ): Promise<Run> {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'faults-'));
    const prefixless = new Run(scenario, dir, server, stateStore, null as never);
    const run = Object.assign(prefixless, {
      eye: new BucketInspector(server.destination, prefixless.prefix),
    });
    await run.writeBundle(scenario.sizeBytes ?? 4 * PART_BYTES + MIB);
    const { bytesPerSecond, https } = scenario;
    run.proxy = await FaultProxy.start({
      target: server.destination.endpoint,
      now: () => run.clock.now(),
      ...{ bytesPerSecond, tls: https ? localhostTls : undefined },
    });
    run.proxy.book = new RuleBook(scenario.faults?.(dice, run) ?? []);
    return run;
  }

  get sizeBytes(): number {
    return this.content.length;
  }

  get bundle(): string {
    return new FakeSessions(path.join(this.dir, 'sessions')).bundleFile(SESSION);
  }

  get stateFile(): string {
    return stateFileOf(this.stateStore, new FakeSessions(path.join(this.dir, 'sessions')), SESSION);
  }

  get state(): UploadState | undefined {
    return this.engine.queue.find(SESSION)?.state;
  }

  get config(): UploadConfig {
    const { region, bucket, accessKeyId, secretAccessKey } = this.server.destination;
    return {
      ...{ region, bucket, accessKeyId, secretAccessKey },
      endpoint: this.proxy.endpoint,
      forcePathStyle: true,
      keyPrefix: this.prefix,
      maxRetries: 10,
      partSizeBytes: PART_BYTES,
    };
  }

  /** Writes a bundle of random bytes, in place of the one that is there. */
  async writeBundle(sizeBytes: number): Promise<void> {
    await this.setBundle(randomFillSync(Buffer.alloc(sizeBytes)));
  }

  /** What the bundle is from now on, somebody else having changed it. */
  expectBundle(content: Buffer): void {
    this.largestBytes = Math.max(this.largestBytes, content.length);
    this.content = content;
  }

  async setBundle(content: Buffer): Promise<void> {
    this.expectBundle(content);
    await new FakeSessions(path.join(this.dir, 'sessions')).addExported(SESSION, content);
  }

  /** Starts the engine on what is on disk, like a start of the app. */
  async startApp(): Promise<void> {
    const times = this.scenario.realTimeouts ? {} : { connectMs: 3000, stallMs: 3000 };
    this.engine = await startEngine({
      userDataDir: this.dir,
      sessionId: SESSION,
      stateStore: this.stateStore,
      config: this.config,
      clock: this.clock,
      log: this.log,
      timeouts: times,
      ca: localhostTls.cert,
      onQuarantine: () => (this.quarantined += 1),
      wrapStates: this.wrapStates,
    });
    this.engine.queue.subscribe(({ from, to }) => {
      this.charged = Math.max(this.charged, this.state?.retryCount ?? 0);
      if (to === 'done' && from !== to) this.checks.push(this.checkDone());
    });
  }

  async stopApp(): Promise<void> {
    await this.engine.close();
  }

  upload(): Promise<void> {
    return this.engine.queue.enqueue(SESSION);
  }

  /** Waits until the upload has this status, letting every countdown run out at once. */
  async until(...wanted: UploadStatus[]): Promise<UploadState> {
    return this.follow((state) => wanted.includes(state.status), `status ${wanted.join(' or ')}`);
  }

  /** Waits until that many bytes of the bundle came up. */
  async untilBytes(bytes: number): Promise<void> {
    await this.follow(() => this.proxy.bytes({ key: this.key }) >= bytes, `${bytes} bytes sent`);
  }

  /** Lets the countdowns run out until `check` holds. */
  async follow(check: (state: UploadState) => boolean, what: string): Promise<UploadState> {
    const giveUpAt = performance.now() + LONGEST_REAL_MS;
    for (;;) {
      const { state } = this;
      if (state && check(state)) return state;
      this.skipCountdown();
      if (performance.now() > giveUpAt) throw new Error(`never came about: ${what}; ${describe(state)}`);
      await wait(5);
    }
  }

  /** Moves the clock on to the end of what the upload waits for. */
  skipCountdown(): void {
    const { state } = this;
    if (state?.status !== 'pending' || !state.reason || !('untilMs' in state.reason)) return;
    this.clock.advance(Math.max(0, state.reason.untilMs - this.clock.now()));
  }

  /** Waits until every abort that was remembered has been sent. */
  async untilAborted(): Promise<void> {
    let nextTryAt = 0;
    const sent = () => {
      if (this.state?.pendingAborts.length === 0) return true;
      // A try's own patience is on this clock, too: each has a second to be answered.
      if (performance.now() >= nextTryAt) {
        this.clock.advance(60_000);
        nextTryAt = performance.now() + 1000;
      }
      return false;
    };
    await this.follow(sent, 'remembered aborts sent');
  }

  /** Has something done when the run is over, before its folder goes. */
  afterwards(cleanUp: () => Promise<void>): void {
    this.cleanUps.push(cleanUp);
  }

  async finish(): Promise<void> {
    await Promise.all(this.checks);
    await (this.engine as Engine | undefined)?.close();
    await this.proxy.goDown();
    this.eye.close();
    for (const cleanUp of this.cleanUps) await cleanUp();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Whether the object in the bucket is the bundle, in words; null when it is. */
  async difference(): Promise<string | null> {
    const there = await this.eye.read(this.key);
    if (!there) return 'there is no object';
    if (there.equals(this.content)) return null;
    return `the object has ${there.length} bytes, ${sha256(there)}; the bundle ${this.content.length}, ${sha256(this.content)}`;
  }

  /** Whether the bundle on disk is what it should be: the app never touches it. */
  async bundleIntact(): Promise<boolean> {
    return (await readFile(this.bundle)).equals(this.content);
  }

  private async checkDone(): Promise<void> {
    await Promise.all(this.checks);
    const difference = await this.difference();
    if (difference) this.falseDone ??= difference;
  }
}

function describe(state: UploadState | undefined): string {
  if (!state) return 'the session has no upload';
  const { status, retryCount, reason, error } = state;
  return JSON.stringify({ status, retryCount, reason, error });
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
