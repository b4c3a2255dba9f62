import { describe, expect, it } from 'vitest';
import { onStarterGone } from '../../../src/main/platform/starter';
import { FakeClock } from '../../fakes/FakeClock';

describe('the process that started the app', () => {
  function watched() {
    const clock = new FakeClock();
    const seen = { parent: 40, alive: true, gone: 0 };
    onStarterGone(41, () => (seen.gone += 1), {
      ...{ clock, parentId: () => seen.parent },
      isAlive: (id) => id === 41 && seen.alive,
    });
    return { clock, seen };
  }

  it('is not missed while it runs', () => {
    const { clock, seen } = watched();
    clock.advance(60_000);
    expect(seen.gone).toBe(0);
  });

  it.each([
    ['it ends', { alive: false }],
    ['it ended and nobody has collected it', { parent: 1 }],
  ])('is missed once when %s', (_what, change) => {
    const { clock, seen } = watched();
    clock.advance(2000);
    Object.assign(seen, change);
    clock.advance(1000);
    expect(seen.gone).toBe(1);
    clock.advance(60_000);
    expect(seen.gone).toBe(1);
  });
});
