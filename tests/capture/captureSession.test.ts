import { afterEach, expect, test, vi } from 'vitest';
import { CaptureSession } from '../../src/capture/captureSession';
import { recordedSize } from '../../src/shared/pictureSize';
import { CapturePage } from '../fakes/CapturePage';

const fullHd = { width: 1920, height: 1080 };
const huge = { width: 5120, height: 2880 };
const start = (token: string) =>
  ({ kind: 'start', token, segment: token, timesliceMs: 250, microphone: false, blank: false }) as const;

afterEach(() => {
  vi.unstubAllGlobals();
});

test('an encoder that fails is followed by the next format, down to the last, and that is told', async () => {
  const page = new CapturePage(fullHd);
  const session = new CaptureSession(page);
  const formats = ['avc1.640033', 'avc1.42E01F', 'vp9', 'vp8'];
  for (const [index, format] of formats.entries()) {
    const token = `segment ${index}`;
    await session.run(start(token));
    expect(page.reports.splice(0)).toEqual([
      expect.objectContaining({
        kind: 'started',
        token,
        mimeType: expect.stringContaining(format) as string,
      }),
    ]);
    page.recorders.at(-1)!.fail('EncodingError');
    await page.until(() => page.reports.length > 0);
    expect(page.reports.splice(0)).toEqual([{ kind: 'ended', token, ageMs: undefined }]);
  }
  await session.run(start('none left'));
  expect(page.reports).toEqual([
    {
      ...{ kind: 'failed', token: 'none left', name: 'Error' },
      message: 'No video format of this system can be recorded.',
    },
  ]);
});

test('an encoder that fails while it starts is told after the start, and its format is left out', async () => {
  const page = new CapturePage(fullHd);
  const session = new CaptureSession(page);
  const started = session.run(start('first'));
  await page.until(() => page.recorders.length > 0);
  page.recorders[0]!.fail('EncodingError');
  await started;
  expect(page.reports.map(({ kind }) => kind)).toEqual(['started', 'ended']);
  await session.run(start('second'));
  expect(page.recorders.at(-1)!.mimeType).toContain('avc3.42E01F');
});

test('an encoder that fails for a picture that is too large is used again with a smaller one', async () => {
  const page = new CapturePage(huge);
  const session = new CaptureSession(page);
  const started = session.run(start('first'));
  await page.until(() => page.recorders.length > 0);
  page.recorders[0]!.fail('EncodingError');
  await started;
  expect(page.recorders.map(({ mimeType, size }) => ({ mimeType, size }))).toEqual([
    { mimeType: 'video/mp4;codecs=avc3.640033', size: huge },
    { mimeType: 'video/mp4;codecs=avc3.640033', size: { width: 4096, height: 2304 } },
  ]);
  expect(page.reports).toEqual([
    expect.objectContaining({ kind: 'started', width: 4096, height: 2304, scaledFrom: huge }),
  ]);
});

test.each([
  [
    { width: 4096, height: 2560 },
    { width: 3872, height: 2420 },
  ],
  [
    { width: 2560, height: 5120 },
    { width: 2168, height: 4336 },
  ],
  [
    { width: 4320, height: 7680 },
    { width: 2304, height: 4096 },
  ],
  [
    { width: 8200, height: 1000 },
    { width: 8192, height: 1000 },
  ],
])('a screen of %o is recorded as large as an encoder takes, in its own shape: %o', async (screen, size) => {
  const page = new CapturePage(screen);
  await new CaptureSession(page).run(start('first'));
  expect(recordedSize(screen)).toEqual(size);
  expect(page.reports).toEqual([expect.objectContaining({ kind: 'started', ...size, scaledFrom: screen })]);
});

test('a segment for a picture that changes its size says how large its first frame is', async () => {
  const page = new CapturePage(fullHd);
  const session = new CaptureSession(page);
  const ended = () => page.reports.some(({ kind }) => kind === 'ended');
  for (const [token, width] of [['first', 1900] as const, ['second', 1880] as const]) {
    await session.run(start(token));
    page.reports.length = 0;
    page.show({ width, height: 1080 });
    await page.until(ended);
  }
  // The watch on the screen has not seen this one when the segment begins.
  page.resize({ width: 1860, height: 1080 });
  await session.run(start('third'));
  expect(page.reports.at(-1)).toMatchObject({ token: 'third', sizeChanges: true, width: 1860, height: 1080 });
});

test('a recorder that fails for another reason is told as it is, and its format stays', async () => {
  const page = new CapturePage(fullHd);
  const session = new CaptureSession(page);
  await session.run(start('first'));
  page.recorders[0]!.fail('InvalidStateError');
  await page.until(() => page.reports.length > 1);
  expect(page.reports[1]).toMatchObject({ kind: 'failed', token: 'first', name: 'InvalidStateError' });
  await session.run(start('second'));
  expect(page.recorders[1]!.mimeType).toContain('avc3.640033');
});
