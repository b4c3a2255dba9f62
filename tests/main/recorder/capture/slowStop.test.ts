import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { CaptureClient } from '../../../../src/main/recorder/capture/captureClient';
import type { CaptureCommand } from '../../../../src/shared/recording';
import { FakeClock } from '../../../fakes/FakeClock';
import { click, countingRandom, recorderHouse, type House } from '../recorderHouse';

/** A recording whose page keeps what it still has to hand over when it is stopped. */
async function stopping(): Promise<{ house: House; id: string; token: string; stopped: Promise<void> }> {
  const house = await recorderHouse();
  await house.start();
  const id = house.sessionId();
  const { token } = house.platform;
  house.platform.answersStop = false;
  const stopped = house.recorder.stop();
  await eventually(() => expect(house.platform.commands.at(-1)?.kind).toBe('stop'));
  house.platform.input.say({ kind: 'alive', atUs: house.clock.monotonicUs() });
  return { house, id, token, stopped };
}

const hand = (house: House, token: string, text: string) => house.chunk(token, text);

describe('a stop', () => {
  it('waits for all that the page still has, as long as it keeps coming', async () => {
    const { house, id, token, stopped } = await stopping();
    for (let chunk = 1; chunk <= 5; chunk += 1) {
      house.clock.advance(10_000);
      await hand(house, token, `${chunk};`);
    }
    house.recorder.captureReport({ kind: 'stopped', token });
    await stopped;
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;1;2;3;4;5;');
  });

  it('waits for a disk that takes its time for a single write', async () => {
    const clock = new FakeClock();
    const said: CaptureCommand[] = [];
    const client: CaptureClient = new CaptureClient({
      clock,
      random: countingRandom(),
      windows: {
        openCapture: async () => client.report({ kind: 'ready' }),
        closeCapture: () => undefined,
        captureGrant: () => undefined,
        broadcast: (_name, payload) => void said.push(payload as CaptureCommand),
      },
      onFrames: () => undefined,
      onBroken: () => undefined,
      onEnded: () => undefined,
      onMicrophoneLost: () => undefined,
    });
    await client.open('screen:0');
    const started = client.startSegment('a', '0001', { microphone: false, blank: false });
    const facts = { mimeType: 'video/mp4', width: 4, height: 4, microphone: false };
    client.report({ kind: 'started', token: 'a', ...facts });
    await started;
    const written = Promise.withResolvers<void>();
    const stored = client.storing(written.promise);
    const stopped = client.stopSegment();
    clock.advance(60_000);
    written.resolve();
    await stored;
    clock.advance(14_000);
    client.report({ kind: 'stopped', token: 'a' });
    await stopped;
    expect(said.map(({ kind }) => kind)).toEqual(['start', 'stop']);
  });

  it('ends without a page that hands over nothing more', async () => {
    const { house, id, token, stopped } = await stopping();
    await hand(house, token, 'last;');
    house.clock.advance(15_000);
    await stopped;
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;last;');
    expect(house.recorder.state().phase).toBe('idle');
  });
});

describe('a page that is asked for screenshots and does not answer', () => {
  it('is asked for no more than twenty', async () => {
    const house = await recorderHouse();
    await house.start();
    await eventually(() => expect(house.recorder.state().screenshotCount).toBe(1));
    const { page } = house.platform;
    house.platform.page = null;
    for (let clicks = 0; clicks < 30; clicks += 1) {
      house.pass(300);
      click(house, 5, 5);
    }
    expect(house.platform.commands.filter(({ kind }) => kind === 'screenshot')).toHaveLength(1 + 20);
    house.platform.page = page;
  });
});
