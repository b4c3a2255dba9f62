import { FakeClock } from '../../fakes/FakeClock';
import { describe, expect, it } from 'vitest';
import { microphoneCapability } from '../../../src/main/platform/microphone';

const one = () => Promise.resolve(1);

describe('the microphone of this machine', () => {
  it.each([
    { what: 'is there', access: 'granted', countInputs: one, expected: { available: true } },
    { what: 'will be asked for', access: 'not-determined', countInputs: one, expected: { available: true } },
    {
      what: 'is denied by the system',
      access: 'denied',
      countInputs: one,
      expected: { available: false, why: 'The system does not let the app use the microphone.' },
    },
    {
      what: 'is missing',
      access: 'unknown',
      countInputs: () => Promise.resolve(0),
      expected: { available: false, why: 'No microphone was found.' },
    },
  ])('$what', async ({ access, countInputs, expected }) => {
    expect(await microphoneCapability({ access: () => access, countInputs, clock: new FakeClock() })).toEqual(
      {
        name: 'microphone',
        ...expected,
      },
    );
  });

  it.each([
    ['there is no page to ask', () => Promise.resolve(null)],
    ['the page goes away', () => Promise.reject(new Error('destroyed'))],
    ['the page hangs', () => new Promise<number>(() => {})],
  ])('is not told when %s', async (_what, countInputs) => {
    const clock = new FakeClock();
    const told = microphoneCapability({ access: () => 'unknown', countInputs, clock });
    clock.advance(2000);
    expect(await told).toBeNull();
  });
});
