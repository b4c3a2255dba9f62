import type { Page } from '@playwright/test';
import type { SessionListItem } from '../../src/shared/session';
import { expect, rows, test } from './app';
import { ok, refused, type FakeMain } from './fakeBridge';
import { playableApp, playbackOf, someSteps } from './playbackSamples';
import { calmApp, idOf, NOW_MS, progressOf, recordingState, running, sessionAt, uploadAt } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Deletes the row `n` by keyboard, as main would carry it out: `left` is the list from then on. */
async function deleteByKeyboard(page: Page, main: FakeMain, n: number, left: SessionListItem[]) {
  await rows(page).nth(n).getByRole('button', { name: 'Delete' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('checkbox').focus();
  await page.keyboard.press('Space');
  await dialog.getByRole('button', { name: 'Delete' }).focus();
  await main.answer({ listSessions: ok(left) });
  await page.keyboard.press('Enter');
}

for (const when of ['while the dialog closes', 'after it closed'] as const) {
  test(`a row deleted ${when} leaves the focus to the next, to the last, then to the heading`, async ({
    page,
    openSessions,
    main,
  }) => {
    const all = [sessionAt(0), sessionAt(1), sessionAt(2)];
    await openSessions(calmApp(all, { deleteSession: ok(undefined) }));
    const remove = async (n: number, left: SessionListItem[]) => {
      await deleteByKeyboard(page, main, n, left);
      if (when === 'after it closed') {
        await expect(page.getByRole('alertdialog')).toHaveCount(0);
        await expect(rows(page).nth(n).getByRole('button', { name: 'Delete' })).toBeFocused();
      }
      await main.emit('sessions:changed', {});
      await expect(rows(page)).toHaveCount(left.length);
      await expect(page.getByRole('alertdialog')).toHaveCount(0);
    };
    await remove(1, [all[0]!, all[2]!]);
    await expect(rows(page).nth(1)).toBeFocused();
    await expect(rows(page).nth(1)).toHaveAccessibleName(/12:10 PM/);
    await remove(1, [all[0]!]);
    await expect(rows(page).first()).toBeFocused();
    await remove(0, []);
    await expect(page.getByRole('heading', { name: 'Your sessions' })).toBeFocused();
  });
}

test('a session that disappears elsewhere does not move the focus', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([sessionAt(0), sessionAt(1)]));
  await rows(page).first().getByRole('button', { name: 'Show in folder' }).focus();
  await button(page, 'Settings').focus();
  await main.answer({ listSessions: ok([sessionAt(1)]) });
  await main.emit('sessions:changed', {});
  await expect(rows(page)).toHaveCount(1);
  await expect(button(page, 'Settings')).toBeFocused();
});

test('the row with the focus keeps it when a newer session comes on top', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([sessionAt(1), sessionAt(2)]));
  const older = rows(page).last();
  await older.getByRole('button', { name: 'Upload' }).focus();
  await main.answer({ listSessions: ok([sessionAt(0), sessionAt(1), sessionAt(2)]) });
  await main.emit('sessions:changed', {});
  await expect(rows(page)).toHaveCount(3);
  await expect(older.getByRole('button', { name: 'Upload' })).toBeFocused();
  await expect(older).toHaveAccessibleName(/12:10 PM/);
});

test('of 10,000 rows only the one that moves is drawn again', async ({ page, openSessions, main }) => {
  const others = Array.from({ length: 9_999 }, (_, n) => sessionAt(n + 1));
  await openSessions(calmApp([uploadAt(0, {}), ...others]));
  const bar = rows(page).first().getByRole('progressbar');
  await expect(bar).toHaveAttribute('aria-valuenow', '42');
  // Each drawing of a row writes its date once.
  await page.evaluate(() => {
    const counted = window as unknown as { datesWritten: number };
    counted.datesWritten = 0;
    Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
      construct(target, args: []) {
        counted.datesWritten += 1;
        return new target(...args);
      },
    });
  });
  for (let percent = 43; percent <= 62; percent += 1)
    await main.emit('upload:progress', progressOf(0, { progress: percent }));
  await expect(bar).toHaveAttribute('aria-valuenow', '62');
  const written = await page.evaluate(() => (window as unknown as { datesWritten: number }).datesWritten);
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThanOrEqual(20);
  expect((await main.calls('listSessions')).length).toBe(1);
});

test('a refusal reads the list again: what it tells the person to do can be done', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([sessionAt(0)]));
  const message = 'The bundle file is missing or cannot be read.';
  const error = { code: 'BundleMissing', message, action: 'Export the session again, then upload it.' };
  const lost = sessionAt(0, { condition: 'export-failed' });
  await main.answer({ uploadSession: refused(error), listSessions: ok([lost]) });
  await button(page, 'Upload').click();
  await expect(rows(page).first()).toContainText(message);
  await expect(button(page, 'Export again')).toBeVisible();
});

test('a row counts its age from the end, and shows no figures while it is recorded, finished or repaired', async ({
  page,
  openSessions,
}) => {
  const none = { actionCount: 0, screenshotCount: 0, isExported: false, fileSizeBytes: undefined };
  await openSessions(
    calmApp([
      sessionAt(0, { condition: 'recording', ...none }),
      sessionAt(1, { condition: 'finalising', ...none }),
      sessionAt(2),
      sessionAt(3, { endedAt: undefined, durationMs: undefined }),
      sessionAt(4, { condition: 'repairing', isExported: false, fileSizeBytes: undefined }),
    ]),
  );
  const facts = page.locator('li p.tabular-nums:has(.-ml-4)');
  await expect(facts).toHaveText([
    '·Started 20 minutes ago',
    '·Started 1 hour ago',
    '·Ended 2 hours ago·4 min 5 s·1,234 actions·56 screenshots·126.4 MB',
    '·Started 3 hours ago·1,234 actions·56 screenshots·126.4 MB',
    '·Ended 4 hours ago',
  ]);
  await expect(rows(page).nth(1)).toContainText('Finishing the recording…');
});

test('sessions of the same minute are told apart by their seconds, others have none', async ({
  page,
  openSessions,
}) => {
  const { createdAt } = sessionAt(0);
  const twin = sessionAt(1, { createdAt: createdAt - 7000 + 20_000, endedAt: createdAt + 300_000 });
  await openSessions(calmApp([sessionAt(0, { createdAt }), twin, sessionAt(2)]));
  const names = page.getByRole('heading', { level: 3 });
  await expect(names).toHaveText([/ at 2:10:13 PM$/, / at 2:10:00 PM$/, / at 12:10 PM$/]);
  await expect(rows(page).first()).toContainText('4 min 5 s (4 min 47 s with pauses)');
  await expect(rows(page).nth(1)).not.toContainText('with pauses');
});

test('nothing moves sideways when the list becomes longer than the window', async ({
  page,
  openSessions,
  main,
}) => {
  // The browser of these specs floats its scroll bars over the page; the app's takes room for them.
  await page.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('::-webkit-scrollbar { width: 15px; }');
    document.adoptedStyleSheets = [sheet];
  });
  await openSessions(calmApp([sessionAt(0)]));
  const title = page.getByRole('heading', { name: 'Your sessions' });
  const before = await title.boundingBox();
  const many = Array.from({ length: 40 }, (_none, n) => sessionAt(n));
  await main.answer({ listSessions: ok(many) });
  await main.emit('sessions:changed', {});
  await expect(page.getByText('40 sessions')).toBeVisible();
  expect((await title.boundingBox())?.x).toBe(before?.x);
});

test('a row that counts down is as old as one that does not', async ({ page, openSessions }) => {
  const minuteMs = NOW_MS - (NOW_MS % 60_000);
  const ended = { createdAt: minuteMs - 150_000, endedAt: minuteMs - 90_000 };
  const waiting = uploadAt(1, {
    status: 'pending',
    reason: { kind: 'backoff', untilMs: minuteMs + 60_000 },
  });
  await openSessions(
    calmApp([
      { ...sessionAt(0), ...ended },
      { ...waiting, ...ended },
    ]),
  );
  await page.clock.setFixedTime(minuteMs + 40_000);
  await expect(rows(page).filter({ hasText: 'Pending' })).toContainText('20 s');
  for (const row of [0, 1]) await expect(rows(page).nth(row)).toContainText('Ended 1 minute ago');
});

const many = Array.from({ length: 200 }, (_, n) => uploadAt(n, { status: n % 3 === 0 ? 'failed' : 'done' }));
const scrolled = (page: Page) =>
  page.evaluate(() => {
    const areas = [...document.querySelectorAll('*')].filter((one) => one.scrollTop > 0);
    return areas.map(({ scrollTop }) => scrollTop);
  });
test('the recording view is where it was, too', async ({ page, open }) => {
  await page.setViewportSize({ width: 900, height: 400 });
  await open(calmApp(many));
  await expect(button(page, 'Start recording')).toBeVisible();
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, 150);
  await expect.poll(() => scrolled(page)).toEqual([150]);
  await button(page, 'Sessions').click();
  await expect(rows(page).first()).toBeVisible();
  expect(await scrolled(page)).toEqual([]);
  await button(page, 'Record').click();
  await expect.poll(() => scrolled(page)).toEqual([150]);
});

test.describe('a long list', () => {
  const inView = (page: Page) =>
    rows(page).evaluateAll((all) =>
      all
        .map((row) => [row.getAttribute('aria-labelledby'), row.getBoundingClientRect().top] as const)
        .filter(([, top]) => top >= 200 && top < 500)
        .map(([name, top]) => `${name} at ${Math.round(top)}`),
    );
  /** Far down, until the rows there were measured and nothing moves any more. */
  const scrollDown = async (page: Page) => {
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 9000);
    let before: string[] = [];
    await expect(async () => {
      const now = await inView(page);
      const isCalm = now.length > 0 && now.join() === before.join() && (await scrolled(page))[0]! > 8000;
      before = now;
      expect(isCalm).toBe(true);
    }).toPass();
  };

  test('is where it was after a look at the other view or at a session, and keeps the focus', async ({
    page,
    openSessions,
  }) => {
    await openSessions({ ...playableApp(playbackOf(someSteps)), listSessions: ok(many) });
    await scrollDown(page);
    const before = await inView(page);
    await button(page, 'Record').click();
    await expect(rows(page)).toHaveCount(0);
    await button(page, 'Sessions').click();
    await expect.poll(() => inView(page)).toEqual(before);

    const open = rows(page).nth(8).getByRole('button', { name: 'Open' });
    await open.click();
    await page.keyboard.press('Escape');
    await expect.poll(() => inView(page)).toEqual(before);
    await expect(open).toBeFocused();
  });

  for (const where of ['in sight', 'away', 'below a session that is played'] as const)
    test(`shows the same rows after others came and went above while it was ${where}`, async ({
      page,
      openSessions,
      main,
    }) => {
      await openSessions({ ...playableApp(playbackOf(someSteps)), listSessions: ok(many.slice(2)) });
      await scrollDown(page);
      const before = await inView(page);
      if (where === 'away') await button(page, 'Record').click();
      if (where === 'below a session that is played')
        await rows(page).nth(8).getByRole('button', { name: 'Open' }).click();
      // Two newer ones came, of which one is taller; three of those above went.
      await main.answer({ listSessions: ok(many.filter((_one, n) => ![5, 6, 9].includes(n))) });
      await main.emit('sessions:changed', {});
      if (where === 'away') await button(page, 'Sessions').click();
      if (where === 'below a session that is played') await page.keyboard.press('Escape');
      await expect(rows(page).first()).toHaveAttribute('aria-setsize', '197');
      await expect.poll(() => inView(page)).toEqual(before);
    });

  test('shows a new session where it stands at its top', async ({ page, openSessions, main }) => {
    await openSessions(calmApp(many.slice(1)));
    await expect(rows(page).first()).toBeVisible();
    await main.answer({ listSessions: ok(many) });
    await main.emit('sessions:changed', {});
    await expect(rows(page).first()).toHaveAttribute('aria-labelledby', `session-${idOf(0)}`);
    await expect(rows(page).first()).toBeInViewport({ ratio: 1 });
    expect(await scrolled(page)).toEqual([]);
  });

  test('begins with the new session after a recording, wherever it was', async ({
    page,
    openSessions,
    main,
  }) => {
    await openSessions(calmApp(many.slice(1)));
    await scrollDown(page);
    await button(page, 'Record').click();
    await main.emit('recording:state', running);
    await main.answer({ listSessions: ok(many) });
    await main.emit('sessions:changed', {});
    await main.emit('recording:state', recordingState());
    await expect(rows(page).first()).toHaveAttribute('aria-labelledby', `session-${idOf(0)}`);
    await expect(rows(page).first()).toBeInViewport({ ratio: 1 });
  });

  for (const focused of ['nothing', 'a button of a row'] as const)
    test(`scrolls by keys while ${focused} has the focus; Home right after End stays at the top`, async ({
      page,
      openSessions,
    }) => {
      await openSessions(
        calmApp(
          Array.from({ length: 2000 }, (_none, n) => many[n % 3 === 0 ? 0 : 1]!).map((one, n) => ({
            ...one,
            ...sessionAt(n),
            uploadStatus: one.uploadStatus,
          })),
        ),
      );
      await expect(rows(page).first()).toBeVisible();
      if (focused === 'nothing') await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      else await rows(page).first().getByRole('button', { name: 'Show in folder' }).focus();
      const last = page.locator('li[aria-posinset="2000"]');
      const first = page.locator('li[aria-posinset="1"]');
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      await expect(first).toBeInViewport({ ratio: 1 });
      // Longer than an End goes on by itself.
      await page.evaluate(async () => {
        for (let n = 0; n < 30; n += 1) await new Promise(requestAnimationFrame);
      });
      expect(await scrolled(page)).toEqual([]);

      await page.keyboard.press('End');
      await expect(last).toBeInViewport({ ratio: 1 });
      await page.keyboard.press('PageUp');
      await expect(last).not.toBeInViewport();
      await page.keyboard.press('Home');
      await expect.poll(() => scrolled(page)).toEqual([]);
      await page.keyboard.press('PageDown');
      await expect.poll(() => scrolled(page)).toHaveLength(1);
    });
});
