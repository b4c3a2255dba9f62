import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachScreenshots } from '../../../src/shared/playback/attachScreenshots';
import type { Step } from '../../../src/shared/playback/step';
import type { Screenshot } from '../../../src/shared/session';
import { collect, stream } from './streams';

const shot = (tUs: number, trigger: Screenshot['trigger'] = 'press'): Screenshot => ({
  ...{ tUs, trigger, width: 800, height: 600 },
  file: `screenshots/${String(tUs).padStart(6, '0')}.jpg`,
});
const step = (kind: Step['kind'], tUs: number, more: Partial<Step> = {}): Step => ({
  ...{ kind, tUs, untilUs: tUs, firstAction: 0, actionCount: 1, count: 1 },
  ...(kind === 'click' ? { button: 1 } : {}),
  ...more,
});

const attached = (steps: Step[], shots: Screenshot[]) =>
  collect(attachScreenshots(stream(steps), stream(shots)));
const seen = (steps: Step[]) => steps.map(({ kind, screenshot }) => [kind, screenshot?.tUs]);

describe('screenshots among steps', () => {
  test('lets go of the screenshots when nobody reads on', async () => {
    let isOpen = true;
    async function* shots() {
      try {
        yield* [shot(1000), shot(2000)];
      } finally {
        isOpen = false;
      }
    }
    for await (const _step of attachScreenshots(
      stream([step('click', 1), step('click', 5_000_000)]),
      shots(),
    ))
      break;
    expect(isOpen).toBe(false);
  });

  test('go with the click that asked for them, even when something was typed meanwhile', async () => {
    const steps = [step('click', 1000), step('typing', 100_000), step('click', 500_000)];
    expect(seen(await attached(steps, [shot(200_000), shot(600_000)]))).toEqual([
      ['click', 200_000],
      ['typing', undefined],
      ['click', 600_000],
    ]);
  });

  test('of the start, of the end and of nothing are steps of their own, in order of time', async () => {
    const shots = [shot(0, 'start'), shot(4_000_000), shot(9_000_000, 'stop')];
    expect(seen(await attached([step('click', 1_000_000), step('typing', 5_000_000)], shots))).toEqual([
      ['screenshot', 0],
      ['click', undefined],
      ['screenshot', 4_000_000],
      ['typing', undefined],
      ['screenshot', 9_000_000],
    ]);
  });

  test('of Enter go with that key', async () => {
    const steps = [step('click', 0), step('key', 300_000, { keys: ['Enter'] })];
    expect(seen(await attached(steps, [shot(350_000, 'enter')]))).toEqual([
      ['click', undefined],
      ['key', 350_000],
    ]);
  });

  test('whatever comes: none is lost, none is shown twice, and time never goes back', async () => {
    const times = fc.array(fc.nat(20_000_000), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
    const kinds = fc.constantFrom<Screenshot['trigger']>('start', 'press', 'enter', 'stop');
    await fc.assert(
      fc.asyncProperty(times, times, kinds, async (stepTimes, shotTimes, trigger) => {
        const shots = shotTimes.map((tUs) => shot(tUs, trigger));
        const result = await attached(
          stepTimes.map((tUs) => step('click', tUs)),
          shots,
        );
        expect(result.filter(({ kind }) => kind === 'click')).toHaveLength(stepTimes.length);
        const shown = result.flatMap(({ screenshot }) => (screenshot ? [screenshot.tUs] : []));
        expect(shown.sort((a, b) => a - b)).toEqual(shotTimes);
        const order = result.map(({ tUs }) => tUs);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });
});
