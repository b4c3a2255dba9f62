import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action, SessionHeader } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { probeVideo } from './harness/media';
import { onlySession, recordUntil, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, test } from './harness/test';

/** The screen's size over the recording: it shrinks, and grows again. */
const sizes = [
  { width: 1600, height: 900 },
  { width: 1280, height: 720 },
  { width: 1600, height: 900 },
];
const click = { x: 300, y: 300 };

test('the screen changes its size while it is recorded: a new epoch, a new segment, and nothing shifts', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  const app = await launch();
  const toolbar = await startRecording(app);
  const { sessionId, folder } = await onlySession(userDataDir);
  try {
    for (const [index, { width, height }] of sizes.entries()) {
      if (index > 0) await desktop.resize(width, height);
      await expect.poll(async () => (await readHeader(folder)).geometry.length).toBe(index + 1);
      await expect.poll(async () => (await readHeader(folder)).video?.segments.length).toBe(index + 1);
      await desktop.click(click.x, click.y);
      await recordUntil(toolbar, 3 * (index + 1));
    }
  } finally {
    await desktop.resize(sizes[0]!.width, sizes[0]!.height);
  }
  await stopAndExport(app, toolbar);

  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const header = await readHeader(content);
  expect(header.geometry.map(({ displays }) => displays[0])).toMatchObject(sizes);
  for (const [index, segment] of header.video!.segments.entries())
    expect(await probeVideo(path.join(content, segment))).toMatchObject(sizes[index]!);
  const { actions } = JSON.parse(await readFile(path.join(content, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const presses = actions.filter(({ type }) => type === 'press');
  expect(presses).toMatchObject(sizes.map((_size, epoch) => ({ ...click, epoch })));
});

async function readHeader(folder: string): Promise<SessionHeader> {
  return JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8'));
}
