import type { Tray } from 'electron';
import { expect, test } from './harness/test';

type Shell = { __chromiumShell: { trays(): { image: Parameters<Tray['setImage']>[0] }[] } };
type Page = { sessionRecorder: { call: { getUploadConfig(): Promise<unknown> } } };

test('Linux without a keyring: the fixed key counts as no protection', async ({ launch }) => {
  const { page } = await launch([], { SHELL_AS: 'linux-x11', SHELL_WITH: 'no-keyring-v10' });
  const reply = await page.evaluate(() =>
    (globalThis as unknown as Page).sessionRecorder.call.getUploadConfig(),
  );
  expect(reply).toMatchObject({ ok: true, value: { systemEncrypts: false } });
});

test('as root --no-sandbox stays, which Electron needs there', async ({ launch }) => {
  const { electron } = await launch(['--no-sandbox'], { SHELL_AS: 'linux-x11' });
  expect(await electron.evaluate(({ app }) => app.commandLine.hasSwitch('no-sandbox'))).toBe(true);
});

test('macOS: the menu bar icon is a template of 16 points with twice the pixels beside it', async ({
  launch,
}) => {
  const { electron } = await launch([], { SHELL_AS: 'darwin', SHELL_WITH: 'granted' });
  const icon = await electron.evaluate(() => {
    const [tray] = (globalThis as unknown as Shell).__chromiumShell.trays();
    const image = tray!.image as Electron.NativeImage;
    return [image.getSize(), image.getScaleFactors(), image.isTemplateImage()];
  });
  expect(icon).toEqual([{ width: 16, height: 16 }, [1, 2], true]);
});
