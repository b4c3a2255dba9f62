import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { onlySession, recordOn, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, test } from './harness/test';

test('a shortcut is named by the layout of the keyboard, and its code by the place of the key', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  await desktop.layout('fr');
  const app = await launch();
  const toolbar = await startRecording(app);
  await recordOn(toolbar);
  // On a French keyboard Z is where W is on an American one.
  await desktop.key('ctrl+z');
  await recordOn(toolbar);
  const row = await stopAndExport(app, toolbar);
  const { sessionId, folder } = await onlySession(userDataDir);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const { actions } = JSON.parse(await readFile(path.join(content, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const pressed = actions.filter((action) => action.type === 'keydown').map(({ key }) => key);
  expect(pressed).toEqual(['ControlLeft', 'KeyW']);
  expect(await readFile(path.join(content, 'report.html'), 'utf8')).toContain('<bdi>Ctrl + Z</bdi>');
  await row.getByRole('button', { name: 'Open' }).click();
  await expect(app.page.getByText('Ctrl + Z')).toBeVisible();
});
