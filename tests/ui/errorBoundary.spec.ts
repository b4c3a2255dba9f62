import { expect, rows, test } from './app';
import { ok } from './fakeBridge';
import { playableApp, playbackOf, someSteps } from './playbackSamples';
import { calmApp, idOf, sessionAt } from './samples';

test('a row that cannot be shown says so, and keeps the other rows', async ({ page, openSessions, main }) => {
  const broken = sessionAt(1, { createdAt: 1e300 });
  await openSessions(calmApp([sessionAt(0), broken, sessionAt(2)]));
  await expect(rows(page)).toHaveCount(3);
  // Such a time is later than all others.
  const [row, ...others] = [0, 1, 2].map((n) => rows(page).nth(n));
  await expect(row!.getByRole('alert')).toContainText(`Session ${idOf(1)} cannot be shown.`);
  for (const other of others) await expect(other.getByRole('button', { name: 'Upload' })).toBeVisible();
  await row!.getByRole('button', { name: 'Details' }).click();
  await expect(row!.getByText(/RangeError/)).toBeVisible();
  await main.answer({ listSessions: ok([sessionAt(0), sessionAt(1), sessionAt(2)]) });
  await main.emit('sessions:changed', {});
  await expect(rows(page).getByRole('button', { name: 'Upload' })).toHaveCount(3);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a session that cannot be played says so below the way back', async ({ page, openSessions }) => {
  const broken = playbackOf(someSteps, { durationUs: null as never, segments: [null as never] });
  await openSessions(playableApp(broken));
  await rows(page).first().getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('alert')).toContainText('This session cannot be shown.');
  await page.getByRole('button', { name: 'Sessions', exact: true }).first().click();
  await expect(rows(page)).not.toHaveCount(0);
});

test('a view that cannot be shown says so, and the other one works', async ({ page, open }) => {
  await open(calmApp([sessionAt(0)], { getCaptureOptions: ok({ sources: [null] } as never) }));
  await expect(page.getByRole('alert')).toContainText('This view cannot be shown.');
  await page.getByRole('button', { name: 'Sessions', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
});
