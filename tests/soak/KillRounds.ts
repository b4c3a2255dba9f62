import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Destination } from '../contract/storeFixture';
import { launchApp, type RunningApp } from '../e2e/harness/app';
import { readState } from '../e2e/harness/disk';
import { showSessions } from '../e2e/harness/list';
import type { Dice } from '../faults/dice';
import type { BucketInspector } from '../faults/BucketInspector';
import type { FaultProxy } from '../faults/proxy/FaultProxy';
import { makeExportedSession, type FixtureSession } from '../fixtures/exportedSession';

/** Sizes are bytes. `objects`: how many stand below the session's place in the bucket. */
export type RoundResult = {
  sizeBytes: number;
  killedAtBytes: number;
  bytesResent: number;
  isIdentical: boolean;
  objects: number;
  /** The status on disk said done, and it was not so. */
  isFalseDone: boolean;
  seconds: number;
};

export type KillRoundsParts = {
  proxy: FaultProxy;
  eye: BucketInspector;
  dir: string;
  bucket: Destination;
  dice: Dice;
  display: string;
  maxMib: number;
};

const MIB = 1024 * 1024;
const LONGEST_ROUND_MS = 180_000;

/**
 * One data folder over all rounds, as a user has it. Each start of the app first finishes what the kill before it cut
 * short; then the next bundle's upload begins by a click, and the app is killed.
 */
export class KillRounds {
  private app: RunningApp | null = null;
  private waiting: FixtureSession | null = null;
  private made = 0;

  constructor(private readonly parts: KillRoundsParts) {}

  async next(): Promise<RoundResult> {
    const { proxy, dice } = this.parts;
    const startedAt = performance.now();
    this.waiting ??= await this.makeSession();
    this.app ??= await this.launch();
    const session = this.waiting;
    const goal = dice.between(0, session.sizeBytes);
    const killed = this.killAt(proxy.bytes() + goal, dice.between(0, 200));
    const row = (await showSessions(this.app.page)).first();
    await row.getByRole('button', { name: 'Upload', exact: true }).click();
    await killed;
    const killedAtBytes = proxy.bytes(at(session));
    const isFalseDone = (await isDone(session)) && !(await this.isIdentical(session));
    this.waiting = await this.makeSession();
    this.app = await this.launch();
    await untilDone(session);
    const result = {
      ...{ killedAtBytes, isFalseDone, sizeBytes: session.sizeBytes },
      bytesResent: proxy.bytes(at(session)) - session.sizeBytes,
      isIdentical: await this.isIdentical(session),
      objects: (await this.parts.eye.keys()).filter((key) => key.includes(session.sessionId)).length,
      seconds: (performance.now() - startedAt) / 1000,
    };
    // The disk need not hold hundreds of bundles; the app lists what is left as it is.
    await rm(session.bundle);
    await this.parts.eye.remove(at(session).key);
    return result;
  }

  /** What is left on the server that should not be. */
  async end(): Promise<{ objects: string[]; unfinished: number }> {
    const { eye } = this.parts;
    return { objects: await eye.keys(), unfinished: (await eye.unfinished()).length };
  }

  async close(): Promise<void> {
    await this.app?.close();
    this.app = null;
  }

  private async launch(): Promise<RunningApp> {
    const { dir, bucket, proxy, display } = this.parts;
    const { region, accessKeyId, secretAccessKey } = bucket;
    const preset = path.join(dir, 'preset.json');
    const place = { endpoint: proxy.endpoint, bucket: bucket.bucket, region };
    await writeFile(preset, JSON.stringify({ ...place, accessKeyId, secretAccessKey }));
    const args = [`--preset-destination=${preset}`];
    return launchApp({ userDataDir: path.join(dir, 'data'), display, args });
  }

  /** Of 5 MiB to the most, small ones as often as large ones; each a second younger than the one before. */
  private async makeSession(): Promise<FixtureSession> {
    const { dice, dir, maxMib } = this.parts;
    const exponent = dice.between(0, 1000) / 1000;
    const sizeBytes = Math.round(5 * MIB * (maxMib / 5) ** exponent) + dice.between(0, 1000);
    const createdAt = Date.now() - 3_600_000 + 1000 * (this.made += 1);
    return makeExportedSession(path.join(dir, 'data'), { sizeBytes, createdAt });
  }

  /** Kills the app's main process a moment after that many bytes came up. */
  private killAt(bytes: number, afterMs: number): Promise<void> {
    const { proxy } = this.parts;
    return new Promise((resolve, reject) => {
      proxy.onBytes = (total) => {
        if (total < bytes) return;
        proxy.onBytes = undefined;
        wait(afterMs)
          .then(() => this.app!.kill9())
          .then(resolve, reject);
      };
    });
  }

  private async isIdentical(session: FixtureSession): Promise<boolean> {
    return (await this.parts.eye.sha256(at(session).key)) === session.sha256;
  }
}

function at({ sessionId }: FixtureSession): { key: string } {
  return { key: `sessions/${sessionId}/${sessionId}.zip` };
}

async function isDone({ folder }: FixtureSession): Promise<boolean> {
  return (await readState(folder))?.status === 'done';
}

async function untilDone(session: FixtureSession): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_ROUND_MS;
  while (!(await isDone(session))) {
    if (performance.now() > giveUpAt)
      throw new Error(`not done after a restart: ${JSON.stringify(await readState(session.folder))}`);
    await wait(50);
  }
}
