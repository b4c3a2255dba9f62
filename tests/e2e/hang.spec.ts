import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action, Frame, SessionHeader } from '../../src/shared/session';
import { hangCapture } from './harness/host';
import { probeVideo } from './harness/media';
import { onlySession, recordOn, recordUntil, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

/** Noticed after 2 s, and a new page loaded and started, on a busy machine too. */
const MOST_MISSING_US = 20_000_000;
/** Reckoned with 0.6 s for what is in the encoder when a chunk is given; on a busy machine that is more or less. */
const MOST_OFF_US = 2_000_000;

/** Where a segment's file ends, on the session's clock. */
async function endOf(content: string, segment: string): Promise<number> {
  const { durationSeconds } = await probeVideo(path.join(content, segment));
  const lines = (await readFile(path.join(content, 'frames.jsonl'), 'utf8')).trim().split('\n');
  const frames = lines.map((line) => JSON.parse(line) as Frame);
  const last = frames.findLast((frame) => frame.segment === segment && frame.ptsUs <= durationSeconds * 1e6)!;
  return last.tUs + durationSeconds * 1e6 - last.ptsUs;
}

test('a capture page that hangs without dying is replaced: red meanwhile, a gap, and the picture goes on', async ({
  launch,
  userDataDir,
}) => {
  const app = await launch();
  const toolbar = await startRecording(app);
  await recordUntil(toolbar, 4);
  await hangCapture(app);
  // Red for a second or two only, so it is looked for more often than a matcher does.
  const isRed = () => toolbar.getByTitle('No picture').isVisible();
  await expect.poll(isRed, { timeout: 20_000, intervals: [100] }).toBe(true);
  await expect(toolbar.getByTitle('No picture')).toBeHidden({ timeout: 30_000 });
  await recordOn(toolbar);
  await stopAndExport(app, toolbar);

  const { sessionId, folder } = await onlySession(userDataDir);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const header = JSON.parse(await readFile(path.join(content, 'session.json'), 'utf8')) as SessionHeader;
  expect(header.video!.segments).toHaveLength(2);
  const { actions } = JSON.parse(await readFile(path.join(content, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const gaps = actions.filter((action) => action.type === 'gap');
  expect(gaps).toMatchObject([{ what: 'video' }]);
  expect(gaps[0]!.tUs - gaps[0]!.fromUs).toBeLessThan(MOST_MISSING_US);
  const endUs = await endOf(content, header.video!.segments[0]!);
  const earlyUs = endUs - gaps[0]!.fromUs;
  expect(Math.abs(earlyUs)).toBeLessThan(MOST_OFF_US);
  console.log(`hang: the gap begins ${(earlyUs / 1000).toFixed(0)} ms before the end of the file`);
  console.log(`hang: ${((gaps[0]!.tUs - gaps[0]!.fromUs) / 1e6).toFixed(1)} s of the picture missing`);
});
