import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { actionsOf, recorderHouse, type House } from '../recorderHouse';

/** Time passes while the page beats and tells what waits: a frame captured at `sinceMs` of the session. */
function passWaiting(house: House, startMs: number, untilMs: number, sinceMs?: number): void {
  while (nowMs(house) - startMs < untilMs) {
    house.clock.advance(250);
    house.platform.input.say({ kind: 'alive', atUs: house.clock.monotonicUs() });
    const waitingMs = sinceMs === undefined ? undefined : nowMs(house) - startMs - sinceMs;
    house.framesSeen([], { waitingMs });
  }
}

const nowMs = (house: House) => house.clock.monotonicUs() / 1000;

async function started() {
  const house = await recorderHouse();
  await house.start();
  return { house, startMs: nowMs(house) };
}

/** The page dies; what is missing until the next one has begun. */
async function gapAfterDeath(house: House) {
  const id = house.sessionId();
  const first = house.platform.token;
  house.platform.captureGone();
  await eventually(() => expect(house.platform.token).not.toBe(first));
  await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
  await house.recorder.stop();
  return (await actionsOf(house, id))[0];
}

describe('the gap after the death of a page', () => {
  it('on a disk that lags begins where the last stored chunk ends, not when that was written', async () => {
    const { house, startMs } = await started();
    const { token } = house.platform;
    passWaiting(house, startMs, 2000, 0);
    await house.chunk(token, 'one;', { ageMs: 600 });
    // Written seven seconds after it was captured; three more wait, and the oldest frame of them was captured just after.
    passWaiting(house, startMs, 10_000, 1433);
    await house.chunk(token, 'two;', { ageMs: 7000 });
    passWaiting(house, startMs, 12_000, 3033);
    expect(await gapAfterDeath(house)).toMatchObject({
      type: 'gap',
      what: 'video',
      fromUs: 3_033_000,
      tUs: 12_000_000,
    });
  });

  it('is not shortened by a chunk that was written just before, when no beat came since', async () => {
    const { house, startMs } = await started();
    passWaiting(house, startMs, 9000, 1000);
    await house.chunk(house.platform.token, 'one;', { ageMs: 5000 });
    expect(await gapAfterDeath(house)).toMatchObject({ fromUs: 4_000_000 });
  });

  it('is told in whole microseconds, though the page’s own times have fractions', async () => {
    const { house, startMs } = await started();
    passWaiting(house, startMs, 9000, 1000);
    await house.chunk(house.platform.token, 'one;', { ageMs: 4999.9997 });
    expect(await gapAfterDeath(house)).toMatchObject({ what: 'video', fromUs: 4_000_000 });
  });

  it('counts from when the chunk was sent, however late main reads it', async () => {
    const { house, startMs } = await started();
    passWaiting(house, startMs, 3000, 1000);
    house.clock.advance(1400);
    await house.chunk(house.platform.token, 'one;', { ageMs: 600, lateMs: 1000 });
    expect(await gapAfterDeath(house)).toMatchObject({ fromUs: 2_800_000 });
  });

  it('begins with the last frames before the picture stood still: they never left the encoder', async () => {
    const { house, startMs } = await started();
    passWaiting(house, startMs, 5000, 0);
    await house.chunk(house.platform.token, 'one;', { ageMs: 600 });
    passWaiting(house, startMs, 60_000, 4433);
    expect(await gapAfterDeath(house)).toMatchObject({ fromUs: 4_433_000, tUs: 60_000_000 });
  });

  it('begins with the new segment where that dies too, however long the disk took for the header', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const startMs = nowMs(house);
    passWaiting(house, startMs, 2000);
    const writeHeader = house.sessions.writeHeader.bind(house.sessions);
    let isOnDisk = false;
    house.sessions.writeHeader = async (header) => {
      house.sessions.writeHeader = writeHeader;
      // What the new page sees meanwhile is not on the disk either.
      passWaiting(house, startMs, 5000, 2000);
      await writeHeader(header);
      isOnDisk = true;
    };
    house.platform.captureGone();
    await eventually(() => expect(isOnDisk).toBe(true));
    await eventually(() => expect(house.recorder.state().actionCount).toBe(1));
    house.platform.captureGone();
    house.clock.advance(1000);
    await eventually(() => expect(house.recorder.state().actionCount).toBe(2));
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([
      { what: 'video', tUs: 2_000_000 },
      { what: 'video', fromUs: 2_000_000, tUs: 6_000_000 },
    ]);
  });

  it('is a matter of a moment where nothing moved and all is written', async () => {
    const { house, startMs } = await started();
    passWaiting(house, startMs, 60_000);
    expect(await gapAfterDeath(house)).toMatchObject({ fromUs: 58_750_000, tUs: 60_000_000 });
  });
});
