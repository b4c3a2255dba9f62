import type { Page } from '@playwright/test';
import { expect, expectAccessible, rows, test } from './app';
import { refused } from './fakeBridge';
import {
  longPlayback,
  manySteps,
  pausedPlayback,
  playableApp,
  playbackOf,
  someSteps,
} from './playbackSamples';
import { calmApp, idOf, sessionAt } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const player = (page: Page) => page.getByRole('region', { name: 'Player' });
const options = (page: Page) => page.getByRole('listbox', { name: 'Steps' }).getByRole('option');
const time = (page: Page) => page.getByRole('slider', { name: 'Time' });
const selected = (page: Page) => page.getByRole('option', { selected: true });

const openFirst = (page: Page) => rows(page).first().getByRole('button', { name: 'Open' }).click();
/** Waits until the picture stands at a time of its file, in seconds. */
const expectVideoAt = (page: Page, seconds: number) =>
  expect
    .poll(() =>
      page.locator('video').evaluate((video: HTMLVideoElement) => (video.seeking ? -1 : video.currentTime)),
    )
    .toBeCloseTo(seconds, 1);

test('a session opens by its button, by a double click and by Enter, and gives the focus back', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(playableApp(playbackOf(someSteps)));
  const row = rows(page).first();
  await row.getByRole('button', { name: 'Open' }).click();
  await expect(player(page)).toBeVisible();
  expect(await main.calls('openPlayback')).toContainEqual([idOf(0)]);
  await page.keyboard.press('Escape');
  await expect(player(page)).toBeHidden();
  await expect(row.getByRole('button', { name: 'Open' })).toBeFocused();
  expect(await main.calls('closePlayback')).toContainEqual([idOf(0)]);

  await row.getByRole('heading').dblclick();
  await button(page, 'Sessions').last().click();
  await expect(player(page)).toBeHidden();
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(player(page)).toBeVisible();
});

test('Space right after Open plays and leaves nothing; the way back is one Tab away', async ({
  page,
  openSessions,
}) => {
  await openSessions(playableApp(playbackOf(someSteps)));
  await openFirst(page);
  await expect(player(page)).toBeFocused();
  await expect(button(page, 'Play')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(button(page, 'Pause')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(player(page).getByRole('button', { name: 'Sessions' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(player(page)).toBeHidden();
});

test('a session that is being recorded or exported cannot be opened, and says why', async ({
  page,
  openSessions,
}) => {
  const recording = sessionAt(0, { condition: 'recording', isExported: false });
  await openSessions(calmApp([recording, sessionAt(1, { condition: 'exporting', isExported: false })]));
  const open = rows(page).first().getByRole('button', { name: 'Open' });
  await expect(open).toBeDisabled();
  await expect(open).toHaveAccessibleDescription(/Still recording/);
  await rows(page).first().getByRole('heading').dblclick();
  await expect(player(page)).toBeHidden();
});

test('a click on a step shows its frame, with the click drawn where it was', async ({
  page,
  openSessions,
}) => {
  await openSessions(playableApp(playbackOf(someSteps)));
  await openFirst(page);
  await expect(options(page)).toHaveText([
    /0:00.0.*Screenshot at the start/,
    /0:02.0.*Click.*Invoices/,
    /0:03.4.*Typed 3 keys/,
    /0:05.0.*Click/,
    /0:06.0.*Ctrl \+ Enter/,
    /0:09.0.*Click/,
    /0:10.0.*Scrolled down/,
  ]);
  await options(page).nth(5).click();
  // The step's own frame, not the one its time alone would give.
  await expectVideoAt(page, 8.5);
  await expect(selected(page)).toHaveText(/0:09.0/);
  await expect(time(page)).toHaveAttribute('aria-valuetext', '0:09.0 of 0:12.0');

  const mark = page.locator('[data-mark="click"] circle').first();
  const video = (await page.locator('video').boundingBox())!;
  const ring = (await mark.boundingBox())!;
  const scale = Math.min(video.width / 1280, video.height / 720);
  const left = video.x + (video.width - 1280 * scale) / 2;
  const top = video.y + (video.height - 720 * scale) / 2;
  expect(ring.x + ring.width / 2).toBeCloseTo(left + 540 * scale, 0);
  expect(ring.y + ring.height / 2).toBeCloseTo(top + 345 * scale, 0);
});

test('keys play, pause, step, move, and list themselves', async ({ page, openSessions }) => {
  await openSessions(playableApp(playbackOf(someSteps)));
  await openFirst(page);
  const paused = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.paused);
  await expectVideoAt(page, 0);
  await page.keyboard.press('k');
  await expect.poll(paused).toBe(false);
  await expect(time(page)).not.toHaveAttribute('aria-valuetext', /^0:00.0/);
  await page.keyboard.press('k');
  await expect.poll(paused).toBe(true);

  await page.keyboard.press('Home');
  await expect(time(page)).toHaveAttribute('aria-valuetext', /^0:00.0/);
  for (const [key, text] of [
    ['ArrowRight', '0:01.0'],
    ['l', '0:11.0'],
    ['j', '0:01.0'],
    ['ArrowLeft', '0:00.0'],
    ['ArrowDown', '0:02.0'],
    ['ArrowDown', '0:03.4'],
    ['ArrowUp', '0:02.0'],
    ['.', '0:02.0'],
    ['End', '0:12.0'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(time(page), key).toHaveAttribute('aria-valuetext', `${text} of 0:12.0`);
  }
  await page.keyboard.press('>');
  await expect(button(page, 'Speed 1.5×')).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help.getByText('Play or pause')).toBeVisible();
  // As when Escape comes before the focus has reached the dialog.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await expect(player(page)).toBeVisible();
});

test('segments and the pause between them are one line; playing goes across', async ({
  page,
  openSessions,
}) => {
  const { playback, steps } = pausedPlayback();
  await openSessions(playableApp(playback, steps));
  await openFirst(page);
  await options(page).filter({ hasText: 'Paused for 1 h' }).click();
  await expect(player(page).getByRole('status').filter({ hasText: 'Paused for 1 h' })).toBeVisible();
  await page.keyboard.press('k');
  // The pause takes a second and a half; then the second segment plays from its own start.
  await expect(time(page)).toHaveAttribute('aria-valuetext', /^1:00:0[5-9]/);
  await expect
    .poll(() => page.locator('video').evaluate((v: HTMLVideoElement) => v.currentTime))
    .toBeLessThan(4);
  await page.keyboard.press('k');
  await options(page).filter({ hasText: 'Click' }).last().click();
  await expectVideoAt(page, 2);
});

test('a time on the line, a screenshot and the speed can be chosen; step and time can be copied', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(playableApp(playbackOf(someSteps)));
  await openFirst(page);
  const line = (await time(page).boundingBox())!;
  await page.mouse.click(line.x + line.width / 2, line.y + 5);
  await expectVideoAt(page, 6);
  await button(page, 'Screenshot at 0:05.1').click();
  await expectVideoAt(page, 5.1);
  await button(page, 'Copy step').click();
  await expect(page.getByText('Step copied')).toBeVisible();
  await button(page, 'Copy time of this frame').click();
  await expect(page.getByText('Time copied')).toBeVisible();
  expect(await main.calls('copyText')).toEqual([
    ['Step 4 · 0:05.0 · Click at 420, 240 · Invoices - Accounting (Browser)'],
    [`0:05.1 (tUs 5100000) in ${idOf(0)}: video/desktop.mp4 at 5.100 s`],
  ]);
  await button(page, 'Speed 1×').click();
  await page.getByRole('menuitem', { name: '4×' }).click();
  await expect.poll(() => page.locator('video').evaluate((v: HTMLVideoElement) => v.playbackRate)).toBe(4);
});

test('that a step was copied is told for a few seconds, and moves no control of a narrow window', async ({
  page,
  openSessions,
}) => {
  await page.setViewportSize({ width: 480, height: 720 });
  await openSessions(playableApp(playbackOf(someSteps)));
  await openFirst(page);
  await button(page, 'Next step').click();
  const controls = page.getByRole('group', { name: 'Playback' });
  const places = async () => {
    const boxes = await controls.getByRole('button').evaluateAll((buttons) =>
      buttons.map((one) => {
        const { x, y, width } = one.getBoundingClientRect();
        return [x, y, width];
      }),
    );
    return { boxes, height: (await controls.boundingBox())!.height };
  };
  const before = await places();
  expect(new Set(before.boxes.map(([, y]) => y)).size, 'rows of controls').toBe(1);
  await button(page, 'Copy step').click();
  await expect(page.getByText('Step copied')).toBeInViewport({ ratio: 1 });
  expect(await places()).toEqual(before);
  await expect(page.getByText('Step copied')).toBeHidden();
});

test('a video that cannot be played is replaced by the screenshots, the step’s own first', async ({
  page,
  openSessions,
}) => {
  const playback = playbackOf(someSteps);
  const segments = playback.segments.map((segment) => ({ ...segment, file: 'video/screenshot1.jpg' }));
  await openSessions(playableApp({ ...playback, segments }));
  await openFirst(page);
  await options(page).nth(3).click();
  await expect(page.getByText('This part of the video cannot be played.')).toBeVisible();
  await expect(page.getByRole('img', { name: 'Screenshot at 0:05.1' })).toBeVisible();
  // Time goes on all the same.
  await page.keyboard.press('k');
  await expect(selected(page)).toHaveText(/0:06.0/);
  await page.keyboard.press('k');
});

test('twenty thousand steps: only those in view exist, and any of them is a moment away', async ({
  page,
  openSessions,
}) => {
  await openSessions(playableApp(longPlayback(20_000), manySteps));
  await openFirst(page);
  await expect(page.getByText('20,000 steps')).toBeVisible();
  expect(await options(page).count()).toBeLessThan(60);
  await page.keyboard.press('End');
  await expect(options(page).last()).toHaveAttribute('aria-posinset', '20000');
  await expect(selected(page)).toHaveAttribute('aria-posinset', '20000');
  expect(await options(page).count()).toBeLessThan(60);
});

test('a session that cannot be read says why, and can be tried again', async ({
  page,
  openSessions,
  main,
}) => {
  const gone = { code: 'EIO', message: 'The files cannot be read.', action: 'Check the disk.' };
  await openSessions({ ...playableApp(playbackOf(someSteps)), openPlayback: refused(gone) });
  await openFirst(page);
  await expect(page.getByRole('alert')).toContainText('The files cannot be read.');
  await main.answer(playableApp(playbackOf(someSteps)));
  await button(page, 'Try again').click();
  await expect(options(page)).toHaveCount(someSteps.length);
});

test('the time line is a slider with words, and the list is one of options', async ({
  page,
  openSessions,
}) => {
  await openSessions(playableApp(playbackOf(someSteps)));
  await openFirst(page);
  await expect(options(page)).toHaveCount(someSteps.length);
  await expectAccessible(page);
});
