import { expect } from 'vitest';
import type { UploadState } from '../../../src/shared/upload';
import type { Run } from '../Run';
import { MIB, PART_BYTES, type Scenario } from '../scenario';

const KIB = 1024;
const HOUR_MS = 3_600_000;
const hours = process.env.FAULTS === 'all' ? 12 : 1;

/** What a network does to an upload. */
export const networkScenarios: Scenario[] = [
  { name: 'nothing goes wrong', short: true, charged: 0 },
  { name: 'nothing goes wrong, one part', short: true, sizeBytes: 300 * KIB, charged: 0 },
  {
    name: 'resets at random bytes of random parts',
    short: true,
    faults: (dice) =>
      Array.from({ length: 4 }, () => ({
        on: ['UploadPart'] as const,
        part: dice.between(1, 4),
        damage: { kind: 'reset' as const, afterBytes: dice.between(1, PART_BYTES) },
      })),
  },
  {
    name: 'a reset of each operation in turn',
    short: true,
    faults: () =>
      (
        [
          ...['HeadObject', 'ListMultipartUploads', 'CreateMultipartUpload', 'UploadPart'],
          ...['ListParts', 'CompleteMultipartUpload'],
        ] as const
      ).map((operation) => ({ on: [operation], damage: { kind: 'reset', afterBytes: 0 } }) as const),
  },
  {
    name: 'black hole without RST',
    short: true,
    faults: (dice) => [
      { on: ['UploadPart'], part: 2, damage: { kind: 'blackHole', afterBytes: dice.between(1, MIB) } },
    ],
  },
  {
    name: 'black hole without RST, over https',
    https: true,
    faults: () => [{ on: ['UploadPart'], part: 2, damage: { kind: 'blackHole', afterBytes: MIB } }],
  },
  {
    name: 'black hole without RST is noticed within 35 s',
    realTimeouts: true,
    faults: () => [{ on: ['UploadPart'], part: 2, damage: { kind: 'blackHole', afterBytes: MIB } }],
    holds: (run) => {
      const parts = run.proxy.exchanges.filter(({ operation }) => operation === 'UploadPart');
      const swallowed = parts.find(({ fault }) => fault === 'blackHole')!;
      const again = run.proxy.exchanges.find(
        ({ index, operation }) => index > swallowed.index && operation === 'ListParts',
      )!;
      expect(again.realAtMs - swallowed.realAtMs).toBeLessThanOrEqual(35_000);
    },
  },
  {
    name: 'a link of 64 kbit/s',
    realTimeouts: true,
    sizeBytes: 96 * KIB,
    bytesPerSecond: 8000,
    charged: 0,
  },
  { name: 'a link of 1 Mbit/s', short: true, sizeBytes: 300 * KIB, bytesPerSecond: 125_000, charged: 0 },
  {
    name: 'a link of 1 Mbit/s, over https',
    ...{ https: true, sizeBytes: 300 * KIB, bytesPerSecond: 125_000, charged: 0 },
  },
  {
    name: `endpoint down for ${hours} h from the start`,
    short: true,
    charged: 0,
    steps: async (run) => {
      await run.proxy.goDown();
      await run.upload();
      await waitOut(run, hours * HOUR_MS);
      await run.proxy.goUp();
      await run.until('done');
    },
  },
  {
    name: `endpoint goes down half-way, for ${hours} h`,
    short: true,
    otherFaults: 1,
    // The connections that broke charge one attempt; not reaching the endpoint afterwards charges none.
    charged: 1,
    bytesPerSecond: 40 * MIB,
    steps: async (run) => {
      await run.upload();
      await run.untilBytes(2 * PART_BYTES);
      await run.proxy.goDown();
      await waitOut(run, hours * HOUR_MS);
      await run.proxy.goUp();
      await run.until('done');
    },
  },
];

/** Lets simulated time pass with nobody listening. */
async function waitOut(run: Run, ms: number): Promise<void> {
  const untilMs = run.clock.now() + ms;
  const waits = ({ reason }: UploadState) => run.clock.now() >= untilMs && reason?.kind === 'network';
  await run.follow(waits, 'the hours passed, waiting for the network');
}
