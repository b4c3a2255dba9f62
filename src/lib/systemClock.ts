import type { Clock } from '../shared/runtime';

/** The real clock. Its monotonic time is hrtime's, which all processes of the machine share. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
