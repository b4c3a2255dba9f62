import { expect, it } from 'vitest';
import { WindowWatch } from '../../../../src/main/recorder/privacy/windowWatch';
import { FakeClock } from '../../../fakes/FakeClock';

it('takes a system that cannot be asked for one that does not tell, and goes on', async () => {
  const clock = new FakeClock();
  const decided: boolean[] = [];
  const watch = new WindowWatch({
    clock,
    ask: () => Promise.reject(new Error('no display')),
    own: { hasFocus: () => false },
    isExcluded: () => false,
    onSeen: () => undefined,
  });
  await watch.start();
  watch.judge(clock.monotonicUs() + 1, (isPermitted) => decided.push(isPermitted));
  expect(clock.untilNextTimer()).toBe(1000);
  await watch.stop();
  expect(decided).toEqual([false]);
});
