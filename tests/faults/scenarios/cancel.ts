import { SESSION } from '../Run';
import { MIB, type Scenario } from '../scenario';

const SLOW_BYTES_PER_SECOND = 256 * 1024;

/** What a cancel has to stop. */
export const cancelScenarios: Scenario[] = [
  {
    name: 'cancel on a slow link',
    short: true,
    bytesPerSecond: SLOW_BYTES_PER_SECOND,
    ends: 'not_uploaded',
    steps: async (run) => {
      await run.upload();
      await run.untilBytes(MIB / 2);
      await run.engine.queue.cancel(SESSION);
      await run.untilAborted();
    },
  },
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
