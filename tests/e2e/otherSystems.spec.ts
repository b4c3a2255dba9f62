import { findToolbar, recordUntil, stopAndExport } from './harness/record';
import { expect, test } from './harness/test';

type Hooks = { grant(name: string): void; askedPermissions(): string[] };

test('on macOS the first question for the screen is no failure, and is put up once', async ({ launch }) => {
  const app = await launch([], { SHELL_AS: 'darwin' });
  const { page, electron } = app;
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const asked = () =>
    electron.evaluate(() =>
      (globalThis as unknown as { __chromiumShell: Hooks }).__chromiumShell.askedPermissions(),
    );
  expect(await asked()).toEqual([]);
  await page.getByRole('button', { name: 'Allow screen recording' }).click();
  await expect.poll(asked).toEqual(['screen']);
  await expect(page.getByRole('button', { name: /settings/i }).first()).toBeVisible();
  await expect(page.getByText('The system did not put up its question.')).toHaveCount(0);
});

test('on X11 windows that give no thumbnail do not hold up the start', async ({ launch }) => {
  const app = await launch([], { SHELL_WITH: 'slow-sources' });
  await app.page.getByRole('button', { name: 'Record', exact: true }).click();
  const start = app.page.getByRole('button', { name: 'Start recording' });
  await expect(start).toBeEnabled({ timeout: 15_000 });
  const looks = await app.electron.evaluate(({ desktopCapturer }) => {
    const seen: boolean[] = [];
    const list = desktopCapturer.getSources.bind(desktopCapturer);
    desktopCapturer.getSources = (options) => {
      seen.push(options.thumbnailSize !== undefined && options.thumbnailSize.width > 0);
      return list(options);
    };
    return Object.assign(globalThis, { looks: seen }).looks;
  });
  expect(looks).toEqual([]);
  await start.click();
  const toolbar = await findToolbar(app);
  await recordUntil(toolbar, 1);
  const withThumbnails = () =>
    app.electron.evaluate(() => (globalThis as unknown as { looks: boolean[] }).looks.filter(Boolean).length);
  expect(await withThumbnails()).toBe(0);
  await stopAndExport(app, toolbar);
});
