import { expect, test } from './app';
import { ok, refused } from './fakeBridge';
import { calmApp, captureOptions, wrongSecret } from './samples';

test('the active window is switched off, and what is left out is kept when the field is left', async ({
  page,
  open,
  main,
}) => {
  const excluded = ['KeePass'];
  await open(calmApp([], { getRecordingSettings: ok({ recordActiveWindow: true, excluded }) }));
  await main.answer({ setRecordingSettings: ok({ recordActiveWindow: false, excluded }) });
  await page.getByRole('switch', { name: 'Active window' }).click();
  await expect(page.getByRole('switch', { name: 'Active window' })).not.toBeChecked();
  const list = page.getByLabel('Leave out apps and titles');
  await expect(list).toHaveValue('KeePass');
  const more = ['KeePass', 'bank*login'];
  await main.answer({ setRecordingSettings: ok({ recordActiveWindow: false, excluded: more }) });
  await list.fill('KeePass\n\n  bank*login \n');
  await list.blur();
  await expect(list).toHaveValue('KeePass\nbank*login');
  expect(await main.calls('setRecordingSettings')).toEqual([
    [{ recordActiveWindow: false, excluded }],
    [{ recordActiveWindow: false, excluded: more }],
  ]);
  await main.answer({ setRecordingSettings: refused(wrongSecret) });
  await page.getByRole('switch', { name: 'Active window' }).click();
  await expect(page.getByRole('alert')).toContainText(wrongSecret.message);
});

test('where nothing can be left out that is said before the start', async ({ page, open }) => {
  const why = 'Wayland does not tell apps which window is active.';
  const capabilities = [{ name: 'active-window' as const, available: false, why }];
  await open(
    calmApp([], {
      getCaptureOptions: ok({ ...captureOptions, capabilities }),
      getRecordingSettings: ok({ recordActiveWindow: true, excluded: ['KeePass'] }),
    }),
  );
  await expect(page.getByText(why).first()).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Active window' })).toBeDisabled();
  await expect(page.getByRole('alert')).toContainText('Nothing can be left out on this computer.');
});
