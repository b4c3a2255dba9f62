import { expect } from 'vitest';
import { SESSION, type Run } from './Run';
import { LANES, PART_BYTES } from './scenario';

export type Figures = { faults: number; bytesSent: number; bound: number };

/** What must hold after every run, whatever happened in it. */
export async function globalPass(run: Run): Promise<Figures> {
  const { scenario } = run;
  const figures = figuresOf(run);
  const ends = scenario.ends ?? 'done';
  await run.untilAborted();
  expect(run.state?.status, 'the status').toBe(ends);
  if (ends === 'done') expect(await run.difference(), 'the object and the bundle').toBeNull();
  expect(await run.eye.keys(), 'objects under the prefix').toEqual(ends === 'done' ? [run.key] : []);
  const { leftOver = 0 } = scenario;
  expect(await run.eye.unfinished(), 'multipart uploads left on the server').toHaveLength(leftOver);
  expect(figures.bytesSent, 'bytes sent').toBeLessThanOrEqual(figures.bound);
  expect(run.falseDone, 'a "done" that was not true').toBeNull();
  await expectKept(run);
  expect(run.proxy.book.unused, 'faults that never happened').toBe(0);
  if (scenario.charged !== undefined)
    expect(run.charged, 'attempts charged').toBeLessThanOrEqual(scenario.charged);
  await scenario.holds?.(run, run.state!);
  return figures;
}

/** No lost session: it is listed, its upload is known on disk as the app shows it, its bundle is untouched. */
async function expectKept(run: Run): Promise<void> {
  const { sessions, states } = run.engine;
  expect(await sessions.ids(), 'sessions').toEqual([SESSION]);
  await expect
    .poll(async () => (await states.readUploadState(SESSION))?.status, { timeout: 10_000 })
    .toBe(run.state!.status);
  expect(await run.bundleIntact(), 'the bundle on disk').toBe(true);
}

/** Bytes sent ≤ size + faults × parallel × part size, plus the whole once for each upload that had to begin anew. */
function figuresOf(run: Run): Figures {
  const { anew = 0, inVainBytes = 0, otherFaults = 0 } = run.scenario;
  const faults = run.proxy.book.faults + otherFaults;
  const bound = run.largestBytes * (1 + anew) + inVainBytes + faults * LANES * PART_BYTES;
  return { faults, bytesSent: run.proxy.bytes({ key: run.key }), bound };
}
