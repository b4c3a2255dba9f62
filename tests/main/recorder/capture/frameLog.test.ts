import { mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../../eventually';
import { FrameLog } from '../../../../src/main/recorder/capture/frameLog';
import type { Frame } from '../../../../src/shared/session';
import { actionsOf, lines, recorderHouse } from '../recorderHouse';

test('each frame is tied to the session clock', async () => {
  const house = await recorderHouse();
  await house.start();
  const id = house.sessionId();
  house.pass(1000);
  const frames = [
    { ageMs: 100, ptsUs: 900_000 },
    { ageMs: 50, ptsUs: 950_000 },
  ];
  house.framesSeen(frames);
  house.clock.advance(1000);
  // However long a report was on its way.
  house.framesSeen([{ ageMs: 10, ptsUs: 1_590_000 }], { lateMs: 400 });
  await house.recorder.stop();
  expect(lines(await house.text(id, 'frames.jsonl'))).toEqual([
    { tUs: 900_000, segment: 'video/0001.mp4', ptsUs: 900_000 },
    { tUs: 950_000, segment: 'video/0001.mp4', ptsUs: 950_000 },
    { tUs: 1_590_000, segment: 'video/0001.mp4', ptsUs: 1_590_000 },
  ]);
});

test('a segment whose page died before it told of a frame is tied by its start', async () => {
  const house = await recorderHouse();
  await house.start();
  const id = house.sessionId();
  house.pass(1000);
  house.framesSeen([{ ageMs: 100, ptsUs: 0 }]);
  const first = house.platform.token;
  house.platform.captureGone();
  await eventually(() => expect(house.platform.token).not.toBe(first));
  await eventually(async () => expect(await house.text(id, 'video/0002.mp4')).toContain('head'));
  house.pass(500);
  house.platform.captureGone();
  await house.recorder.stop();
  expect(lines(await house.text(id, 'frames.jsonl'))).toEqual([
    { tUs: 900_000, segment: 'video/0001.mp4', ptsUs: 0 },
    { tUs: 1_000_000, segment: 'video/0002.mp4', ptsUs: 0 },
  ]);
});

test('a segment whose only frame arrived while its file was being opened has one line', () => {
  const written: Frame[] = [];
  const frameLog = new FrameLog({ hasBegun: true, originUs: 0 }, (frame) => written.push(frame));
  const segment = 'video/0001.mp4';
  const frames = [{ ageMs: 0, ptsUs: 0 }];
  frameLog.take(true, { kind: 'frames', token: '', sentAtMs: 1, muted: false, frames }, 1000);
  expect(written).toEqual([]);
  frameLog.begin(segment, 9000);
  expect(frameLog.end()).toBe(false);
  expect(written).toEqual([{ tUs: 1000, segment, ptsUs: 0 }]);
});

test('a segment whose file could not be made has no lines, so the bundle lacks nothing', async () => {
  const house = await recorderHouse();
  const { platform } = house;
  await house.start();
  const id = house.sessionId();
  house.framesSeen([{ ageMs: 0, ptsUs: 0 }]);
  await house.recorder.pause();
  const inTheWay = path.join(house.sessions.paths(id).videoDir, '0002.mp4');
  await mkdir(inTheWay);
  const { token } = platform;
  platform.answersStart = false;
  const resumed = house.recorder.resume();
  await eventually(() => expect(platform.token).not.toBe(token));
  platform.answersStart = true;
  platform.answerStart();
  // Microtasks run before the disk answers, so these frames arrive while the file is being opened.
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
    house.framesSeen([{ ageMs: 0, ptsUs: 0 }]);
  }
  await expect(resumed).rejects.toMatchObject({ error: { code: 'EEXIST' } });
  await house.recorder.resume();
  house.framesSeen([{ ageMs: 0, ptsUs: 0 }]);
  await house.recorder.stop();
  await rmdir(inTheWay);
  const segments = lines(await house.text(id, 'frames.jsonl')).map((line) => (line as Frame).segment);
  expect(segments).toEqual(['video/0001.mp4', 'video/0003.mp4']);
});

test('a picture that breaks off the moment a resume has begun it is started again', async () => {
  const house = await recorderHouse();
  await house.start();
  const id = house.sessionId();
  await house.recorder.pause();
  house.pass(1000);
  const { sessions, platform } = house;
  const { writeHeader } = sessions;
  const [saving, saved] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  sessions.writeHeader = async (header) => {
    saving.resolve();
    await saved.promise;
    return writeHeader(header);
  };
  const resumed = house.recorder.resume();
  await saving.promise;
  const { token } = platform;
  house.recorder.captureReport({
    kind: 'failed',
    token,
    name: 'EncodingError',
    message: 'the encoder is gone',
  });
  saved.resolve();
  await resumed;
  await eventually(() => expect(platform.token).not.toBe(token));
  await eventually(async () => expect(await house.text(id, 'video/0003.mp4')).toContain('head'));
  await house.recorder.stop();
  expect(await actionsOf(house, id)).toMatchObject([
    { type: 'pause' },
    { type: 'resume' },
    { type: 'gap', what: 'video' },
  ]);
});
