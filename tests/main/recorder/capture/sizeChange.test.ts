import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import type { SessionHeader } from '../../../../src/shared/session';
import { actionsOf, recorderHouse, type House } from '../recorderHouse';

const headerOf = async (house: House, id: string) =>
  JSON.parse(await house.text(id, 'session.json')) as SessionHeader;

async function nextSegment(house: House, ageMs?: number): Promise<void> {
  const { token } = house.platform;
  house.recorder.captureReport({ kind: 'ended', token, ageMs });
  await eventually(() => expect(house.platform.token).not.toBe(token));
  await eventually(() => expect(house.recorder.state().framesArriving).toBe(true));
}

/** A recording of a window. */
async function ofWindow(): Promise<House> {
  const house = await recorderHouse();
  house.platform.sources = [{ id: 'window:1', name: 'It', kind: 'window', thumbnail: '' }];
  await house.start({ sourceId: 'window:1' });
  return house;
}

describe('a picture that changes its size', () => {
  it('goes on in another segment of the same page, and what is missing between them is told', async () => {
    const house = await ofWindow();
    const id = house.sessionId();
    house.pass(3000);
    house.platform.picture = { width: 500, height: 400 };
    await nextSegment(house, 120);
    house.pass(2000);
    await house.recorder.stop();
    expect(house.platform.calls.filter((call) => call.startsWith('openCapture'))).toHaveLength(1);
    expect(await actionsOf(house, id)).toEqual([
      { type: 'gap', what: 'video', fromUs: 2_880_000, tUs: 3_000_000 },
    ]);
    const { video } = await headerOf(house, id);
    const mimeType = 'video/mp4;codecs=avc1';
    expect(video).toEqual({
      mimeType,
      segments: ['video/0001.mp4', 'video/0002.mp4'],
      details: [
        { segment: 'video/0001.mp4', mimeType, width: 1280, height: 800 },
        { segment: 'video/0002.mp4', mimeType, width: 500, height: 400 },
      ],
    });
  });

  it('may do so as often as it likes: that is no trouble of the capture', async () => {
    const house = await ofWindow();
    const id = house.sessionId();
    for (let count = 0; count < 12; count += 1) {
      house.pass(500);
      await nextSegment(house, 40);
    }
    expect(house.recorder.state().phase).toBe('recording');
    await house.recorder.stop();
    expect((await headerOf(house, id)).video?.segments).toHaveLength(13);
  });

  it.each([
    ['before the arrangement of displays', 1],
    ['with an arrangement that stays as it was', 0],
  ])('is one more segment where it is a screen’s, told %s', async (_when, changed) => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    const { token } = house.platform;
    house.recorder.captureReport({ kind: 'ended', token, ageMs: 0 });
    if (changed > 0) {
      const [display] = house.platform.displays;
      house.platform.displays = [{ ...display!, bounds: { x: 0, y: 0, width: 800, height: 600 } }];
      house.platform.displaysChanged();
      await eventually(() => expect(house.platform.token).not.toBe(token));
    }
    house.pass(1500);
    await eventually(() => expect(house.platform.token).not.toBe(token));
    house.pass(3000);
    await house.recorder.stop();
    const header = await headerOf(house, id);
    expect(header.video?.segments).toHaveLength(2);
    expect(header.geometry).toHaveLength(1 + changed);
  });

  it('begins no segment while the recording is being stopped', async () => {
    const house = await ofWindow();
    const id = house.sessionId();
    house.pass(1000);
    const { token } = house.platform;
    const stopped = house.recorder.stop();
    house.recorder.captureReport({ kind: 'ended', token, ageMs: 10 });
    await stopped;
    expect((await headerOf(house, id)).video?.segments).toHaveLength(1);
  });
});

it('an encoder that failed is followed by another one, and the gap begins with what is surely in the file', async () => {
  const house = await ofWindow();
  const id = house.sessionId();
  house.pass(5000);
  await nextSegment(house);
  house.pass(1000);
  await house.recorder.stop();
  expect(await actionsOf(house, id)).toEqual([
    { type: 'gap', what: 'video', fromUs: 3_750_000, tUs: 5_000_000 },
  ]);
});

describe('the size of a video that is smaller than what is recorded', () => {
  const scaledFrom = { width: 5120, height: 2880 };
  const said = { width: 4096, height: 2304 };
  const cases = [
    { what: 'a window', foretold: undefined, told: 1 },
    { what: 'a screen of which it was said before', foretold: said, told: 0 },
    { what: 'a screen of which another one was said', foretold: { width: 3872, height: 2420 }, told: 1 },
  ];
  it.each(cases)('is told once for $what: $told', async ({ foretold, told }) => {
    const house = await recorderHouse();
    house.platform.sources = [{ ...house.platform.sources[0]!, scaledTo: foretold }];
    house.platform.picture = { ...said, scaledFrom };
    await house.start();
    house.pass(1000);
    const { token } = house.platform;
    house.recorder.captureReport({ kind: 'ended', token, ageMs: 40 });
    // The system may still tell of a new arrangement of the displays.
    house.pass(1500);
    await eventually(() => expect(house.platform.token).not.toBe(token));
    const notices = house.notices.filter(({ code }) => code === 'PictureScaled');
    expect(notices).toHaveLength(told);
    for (const { message } of notices) expect(message).toContain('4096 × 2304 pixels');
    await house.recorder.stop();
  });
});

it('a picture that had to be made smaller says from what', async () => {
  const house = await recorderHouse();
  const scaledFrom = { width: 5120, height: 2880 };
  house.platform.picture = { width: 4096, height: 2304, scaledFrom };
  await house.start();
  const id = house.sessionId();
  house.pass(1000);
  await house.recorder.stop();
  expect((await headerOf(house, id)).video?.details).toMatchObject([
    { segment: 'video/0001.mp4', width: 4096, height: 2304, scaledFrom },
  ]);
});
