import { expect } from 'vitest';
import { SESSION } from '../Run';
import { bytesStillToSend } from '../bytesStillToSend';
import { MIB, type Scenario } from '../scenario';

/** What a cancel has to stop. */
export const cancelScenarios: Scenario[] = [
  slowLink('cancel on a slow link'),
  { ...slowLink('cancel on a slow link, over https'), https: true },
  {
    name: 'cancel while the endpoint is down, which comes back later',
    short: true,
    ends: 'not_uploaded',
    steps: async (run) => {
      await run.upload();
      await run.untilBytes(6 * MIB);
      await run.proxy.goDown();
      await run.engine.queue.cancel(SESSION);
      await run.stopApp();
      await run.proxy.goUp();
      await run.startApp();
      await run.untilAborted();
    },
  },
  {
    name: 'cancelled and uploaded again',
    short: true,
    anew: 1,
    bytesPerSecond: 20 * MIB,
    steps: async (run) => {
      await run.upload();
      await run.untilBytes(6 * MIB);
      await run.engine.queue.cancel(SESSION);
      await run.upload();
      await run.until('done');
    },
  },
];

function slowLink(name: string): Scenario {
  return {
    name,
    short: true,
    leftOut: async () =>
      process.platform === 'linux' ? undefined : 'only Linux tells what waits to be sent',
    bytesPerSecond: 256 * 1024,
    ends: 'not_uploaded',
    steps: async (run) => {
      await run.upload();
      await run.untilBytes(MIB / 2);
      expect(await bytesStillToSend(run.proxy.port), 'bytes that wait to be sent').toBeGreaterThan(MIB / 2);
      await run.engine.queue.cancel(SESSION);
      const inTime = { timeout: 1000, interval: 20 };
      await expect.poll(() => bytesStillToSend(run.proxy.port), inTime).toBe(0);
      await run.untilAborted();
    },
  };
}
