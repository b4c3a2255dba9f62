import { appendFile, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect } from 'vitest';
import type { Rule } from '../proxy/rules';
import { SESSION, type Run } from '../Run';
import { MIB, PART_BYTES, type Scenario } from '../scenario';
import { fullDisk } from '../fullDisk';
import { SmallDisk, whyNoSmallDisk } from '../SmallDisk';

/** What happens on the user's own disk. */
export const diskScenarios: Scenario[] = [
  changed('appended to', async (run) => {
    const grown = Buffer.concat([await readFile(run.bundle), randomBytes(MIB)]);
    await appendFile(run.bundle, grown.subarray(-MIB));
    run.expectBundle(grown);
  }),
  changed('truncated', async (run) => {
    const whole = await readFile(run.bundle);
    await truncate(run.bundle, whole.length - 2 * MIB);
    run.expectBundle(whole.subarray(0, -2 * MIB));
  }),
  changed('replaced by another of the same size', async (run) => {
    const other = randomBytes(run.sizeBytes);
    await writeFile(`${run.bundle}.new`, other);
    await rename(`${run.bundle}.new`, run.bundle);
    run.expectBundle(other);
  }),
  {
    name: 'the bundle is deleted in the middle, then exported again',
    short: true,
    anew: 1,
    faults: (_dice, run) => [beforeTheThirdPart(() => rm(run.bundle))],
    steps: async (run) => {
      const whole = await readFile(run.bundle);
      await run.upload();
      const { reason, error } = await run.until('failed');
      expect(reason?.kind).toBe('file');
      expect(error?.code).toBe('BundleMissing');
      await run.setBundle(whole);
      await run.engine.queue.retry(SESSION);
      await run.until('done');
    },
  },
  {
    name: 'the state disk is full for a while',
    short: true,
    otherFaults: 6,
    steps: async (run, dice) => {
      const disk = fullDisk();
      await run.stopApp();
      run.wrapStates = disk.wrap;
      await run.startApp();
      disk.refuse(dice.between(2, 6), dice.between(1, 6));
      await run.upload().catch(() => undefined);
      await run.until('done');
    },
  },
  {
    name: 'the disk is full for a while, really',
    short: true,
    leftOut: whyNoSmallDisk,
    otherFaults: 3,
    steps: async (run) => {
      await run.stopApp();
      const disk = await SmallDisk.mount(path.dirname(run.stateFile), run.sizeBytes + MIB);
      run.afterwards(() => disk.unmount());
      await run.writeBundle(run.sizeBytes);
      await run.startApp();
      await disk.fill();
      await expect(run.upload()).rejects.toMatchObject({ problem: { code: 'StateNotSaved' } });
      await run.follow(() => run.charged >= 2, 'attempts while the disk is full');
      await disk.makeRoom();
      await run.until('done');
    },
  },
  {
    name: 'the state file is garbled while the app is closed',
    short: true,
    anew: 1,
    leftOver: 1,
    steps: (run) => withBrokenState(run, '{"version":1,"sessionId":'),
    holds: (run) => expect(run.quarantined).toBe(1),
  },
  {
    name: 'the state file is emptied while the app is closed',
    anew: 1,
    leftOver: 1,
    steps: (run) => withBrokenState(run, ''),
    // An empty file is a database without anything in it.
    holds: (run) => expect(run.quarantined).toBe(run.stateStore === 'SQLite' ? 0 : 1),
  },
];

/** The bundle changes when a quarter of it has been sent: the rest of the old one is not sent any more. */
function changed(how: string, change: (run: Run) => Promise<void>): Scenario {
  return {
    name: `the bundle is ${how} in the middle`,
    short: true,
    sizeBytes: 8 * PART_BYTES,
    inVainBytes: 2 * PART_BYTES,
    otherFaults: 1,
    faults: (_dice, run) => [
      beforeTheThirdPart(async () => {
        await change(run);
        // A later time than before, however coarse the file system's clock.
        const later = new Date(Date.now() + 5000);
        await utimes(run.bundle, later, later);
      }),
    ],
  };
}

/** Lets no part beyond the second go on until `act` is through, which it does once. */
function beforeTheThirdPart(act: () => Promise<void>): Rule {
  let acting: Promise<void> | undefined;
  return {
    ...{ on: ['UploadPart'], times: 1000, free: true },
    if: ({ partNumber }) => partNumber! > 2,
    before: () => (acting ??= act()),
  };
}

async function withBrokenState(run: Run, text: string): Promise<void> {
  await run.upload();
  await run.untilBytes(2 * PART_BYTES);
  await run.stopApp();
  await writeFile(run.stateFile, text);
  await run.startApp();
  // Nothing is known of it any more; the session is still there, and the user presses Upload once more.
  expect(run.state).toBeUndefined();
  await run.upload();
  await run.until('done');
}
