import path from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import { desktopOn } from './harness/desktop';
import { showSessions } from './harness/list';
import { probeVideo } from './harness/media';
import { onlySession, recordUntil, startRecording, unpack } from './harness/record';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

test('kill -9 while recording: the next start makes the bundle by itself, says that it was interrupted, and it plays', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  const first = await launch();
  const toolbar = await startRecording(first);
  await desktop.paint('#306090');
  await recordUntil(toolbar, 3);
  await desktop.click(400, 300);
  await recordUntil(toolbar, 6);
  await first.kill9();

  const second = await launch();
  const row = (await showSessions(second.page)).first();
  await expect(row.getByRole('button', { name: 'Upload', exact: true })).toBeEnabled({ timeout: 60_000 });
  await expect(row.getByText(/^Interrupted:/)).toBeVisible();

  const { sessionId, folder } = await onlySession(userDataDir);
  const bundle = path.join(folder, `${sessionId}.zip`);
  expect((await stat(bundle)).size).toBeGreaterThan(10_000);
  const content = await unpack(await readFile(bundle));
  const header = JSON.parse(await readFile(path.join(content, 'session.json'), 'utf8'));
  const video = await probeVideo(path.join(content, header.video.segments[0]));
  // It was killed at about 6 s; the last seconds may be lost, not more.
  expect(video.durationSeconds).toBeGreaterThan(3);
  const { actions } = JSON.parse(await readFile(path.join(content, 'actions.json'), 'utf8'));
  expect(
    actions.some((action: { type: string; x?: number }) => action.type === 'press' && action.x === 400),
  ).toBe(true);
});
