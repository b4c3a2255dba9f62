import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../../chromium-shell/src/chromium/findChromium';
import { desktopOn } from './harness/desktop';
import { showSessions } from './harness/list';
import { pixelOf } from './harness/media';
import { expectColor, openInPlayer, stepsNamed } from './harness/player';
import { onlySession, recordOn, recordUntil, startRecording, stopAndExport, unpack } from './harness/record';
import { expect, neverRetry, test } from './harness/test';

/** A place of the screen where nothing but the painted background is. */
const BARE = { x: 1000 / 1600, y: 0.9 };

/** The screen at each click, in order. The third comes after a pause. */
const scenes = [
  { x: 300, y: 300, color: '#c02020', rgb: { r: 192, g: 32, b: 32 } },
  { x: 500, y: 400, color: '#20a020', rgb: { r: 32, g: 160, b: 32 } },
  { x: 700, y: 500, color: '#2020c0', rgb: { r: 32, g: 32, b: 192 } },
];

type Desktop = ReturnType<typeof desktopOn>;

/** Paints the screen, lets it be seen for a second, and clicks. */
async function act(desktop: Desktop, toolbar: Page, index: number): Promise<void> {
  const { x, y, color } = scenes[index]!;
  await desktop.paint(color);
  await desktop.moveTo(x - 20, y - 20);
  await recordOn(toolbar);
  await desktop.click(x, y);
  await recordOn(toolbar);
}

test('a recording with a pause plays: each click leads to the screen as it was, and so does its report', async ({
  display,
  launch,
  userDataDir,
}) => {
  const desktop = desktopOn(display);
  const app = await launch();
  const toolbar = await startRecording(app);
  await act(desktop, toolbar, 0);
  await act(desktop, toolbar, 1);
  await toolbar.getByRole('button', { name: 'Pause' }).click();
  await expect(toolbar.getByRole('button', { name: 'Resume' })).toBeVisible();
  await desktop.paint('#c0c020');
  await toolbar.getByRole('button', { name: 'Resume' }).click();
  await act(desktop, toolbar, 2);

  await openInPlayer(app.page, await stopAndExport(app, toolbar));
  const clicks = stepsNamed(app.page, /Click/);
  await expect(clicks).toHaveCount(scenes.length);
  await expect(stepsNamed(app.page, /Paused for/)).toHaveCount(1);
  for (const index of [2, 0, 1]) {
    await clicks.nth(index).click();
    await expectColor(app.page, BARE, scenes[index]!.rgb);
  }
  await checkKeys(app.page);
  await checkReport(userDataDir);
});

/** From the second click to the third, across the pause, by keys alone. */
async function checkKeys(page: Page): Promise<void> {
  const selected = page.getByRole('option', { selected: true });
  await page.keyboard.press('Home');
  await expect(page.getByRole('slider', { name: 'Time' })).toHaveAttribute('aria-valuetext', /^0:00\.0/);
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveAttribute('aria-posinset', /^[12]$/);
  await stepsNamed(page, /Click/).nth(1).click();
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveText(/Paused for/);
  await page.keyboard.press('k');
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await expectColor(page, BARE, scenes[2]!.rgb);
  await page.keyboard.press('k');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Player' })).toBeHidden();
}

/** The report of the exported bundle, opened from the disk in a browser that knows nothing of the app. */
async function checkReport(userDataDir: string): Promise<void> {
  const { sessionId, folder } = await onlySession(userDataDir);
  const content = await unpack(await readFile(path.join(folder, `${sessionId}.zip`)));
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(path.join(content, 'report.html')).href);
    const clicks = page.getByRole('listitem').filter({ hasText: 'Click' });
    await expect(clicks).toHaveCount(scenes.length);
    for (const index of [2, 0, 1]) {
      await clicks.nth(index).getByRole('button').click();
      await expectPicture(page, scenes[index]!.rgb);
      await expect(clicks.nth(index)).toHaveAttribute('aria-current', 'step');
    }
    await expect(clicks.first().locator('img')).toHaveJSProperty('complete', true);
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('file://'))).toEqual([]);
  } finally {
    await browser.close();
  }
}

/** A page from the disk may not read its own pictures, so it is photographed. */
async function expectPicture(page: Page, color: { r: number; g: number; b: number }): Promise<void> {
  const video = page.locator('video');
  const file = test.info().outputPath('report-video.png');
  await expect
    .poll(async () => {
      const { width } = (await video.boundingBox())!;
      await video.screenshot({ path: file });
      const pixel = await pixelOf(file, Math.round(width * BARE.x), 40);
      return (['r', 'g', 'b'] as const).every((part) => Math.abs(pixel[part] - color[part]) < 24);
    })
    .toBe(true);
}

test.describe('never repeated', () => {
  neverRetry();
  test('the session of a killed app opens as it lies there, and plays', async ({ display, launch }) => {
    const desktop = desktopOn(display);
    const first = await launch();
    const toolbar = await startRecording(first);
    await act(desktop, toolbar, 0);
    await act(desktop, toolbar, 1);
    await recordUntil(toolbar, 8);
    await first.kill9();

    const { page } = await launch();
    const row = (await showSessions(page)).first();
    await openInPlayer(page, row);
    await expect(page.getByText('This recording was cut off.')).toBeVisible();
    const clicks = stepsNamed(page, /Click/);
    await expect(clicks).toHaveCount(2);
    for (const index of [1, 0]) {
      await clicks.nth(index).click();
      await expectColor(page, BARE, scenes[index]!.rgb);
    }
  });
});
