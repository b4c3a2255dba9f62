import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Action, Frame, SessionHeader } from '../../src/shared/session';
import { openWindow, type CapturedWindow } from './harness/capturedWindow';
import { probeVideo } from './harness/media';
import { play, withBrowser } from './harness/plainBrowser';
import { findToolbar, onlySession, recordUntil, stopAndExport, unpack } from './harness/record';
import { expect, test } from './harness/test';

const exec = promisify(execFile);
const title = 'captured-window';

test('a window that is resized while it is recorded can be played to the end, at each of its sizes', async ({
  display,
  launch,
  userDataDir,
}) => {
  const target = await openWindow(display, { title, geometry: '640x480+40+40' });
  try {
    const app = await launch([], { SHELL_WINDOW: title });
    await app.page.getByRole('button', { name: 'Record', exact: true }).click();
    await app.page.getByRole('radio', { name: title }).click();
    await app.page.getByRole('button', { name: 'Start recording' }).click();
    const toolbar = await findToolbar(app);
    await recordUntil(toolbar, 2);
    const { sessionId, folder } = await onlySession(userDataDir);
    const last = async () => {
      await target.stir();
      return (await readHeader(folder)).video?.details?.at(-1);
    };

    // As a window manager does it: one more segment. The capture gives even sizes.
    await target.resize(501, 399);
    await expect.poll(last).toMatchObject({ segment: 'video/0002.mp4', width: 500, height: 398 });
    await settle(target);
    // As a person drags an edge.
    for (let width = 510; width <= 700; width += 10) await target.resize(width, width - 100);
    await expect.poll(last, { timeout: 15_000 }).toMatchObject({
      ...{ width: 700, height: 600, mimeType: expect.stringContaining('mp4') as unknown },
    });
    await settle(target);
    await stopAndExport(app, toolbar);
    await expectPlayable(await unpack(await readFile(path.join(folder, `${sessionId}.zip`))));
  } finally {
    target.close();
  }
});

/** New frames for a while. */
async function settle(target: CapturedWindow): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await target.stir();
}

async function expectPlayable(content: string): Promise<void> {
  const { video } = await readHeader(content);
  const details = video!.details!;
  expect(details.map(({ segment }) => segment)).toEqual(video!.segments);
  expect(details.length).toBeLessThan(8);
  await withBrowser(async (page) => {
    for (const { segment, width, height, mimeType, sizeChanges } of details) {
      const file = path.join(content, segment);
      expect(await decodingErrors(file), segment).toBe('');
      // Where the size changes while the segment begins, the header's may be an earlier one.
      if (!sizeChanges) expect(await probeVideo(file), segment).toMatchObject({ width, height });
      expect(await play(page, file, mimeType), segment).toEqual({ element: 'ended', mediaSource: 'ended' });
    }
  });
  await expectGapsBetween(content);
}

/** What is missing at a change of size is told, is short, and no frame is said to be there meanwhile. */
async function expectGapsBetween(content: string): Promise<void> {
  const { actions } = JSON.parse(await readFile(path.join(content, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const gaps = actions.filter((action) => action.type === 'gap');
  const frames = (await readFile(path.join(content, 'frames.jsonl'), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Frame);
  const { video } = await readHeader(content);
  expect(gaps.length).toBe(video!.segments.length - 1);
  for (const { fromUs, tUs, what } of gaps) {
    expect(what).toBe('video');
    expect(frames.filter((frame) => frame.tUs > fromUs && frame.tUs < tUs - 500_000)).toEqual([]);
  }
}

async function decodingErrors(file: string): Promise<string> {
  // In the file's own ticks: in those of its mean frame rate two frames may fall on one.
  const decode = [
    ...['-v', 'error', '-i', file, '-fps_mode', 'passthrough', '-enc_time_base', '-1'],
    ...['-f', 'null', '-'],
  ];
  return (await exec('ffmpeg', decode)).stderr;
}

async function readHeader(folder: string): Promise<SessionHeader> {
  return JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8'));
}
