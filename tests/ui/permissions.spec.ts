import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { ok, refused } from './fakeBridge';
import { blindOptions, nothingAsked, waylandOptions } from './permissionStates';
import { calmApp, captureOptions, recordingState, wrongSecret } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const list = (page: Page) => page.getByRole('region', { name: 'Permissions' });
const comesBack = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('focus')));

test('each permission is explained before it is asked for, and asked for by a click', async ({
  page,
  open,
  main,
}) => {
  await open(calmApp([], { getPermissions: ok(nothingAsked), getCaptureOptions: ok(blindOptions) }));
  await expect(list(page)).toContainText('Without it nothing can be recorded.');
  await expect(list(page).getByText('Not asked yet')).toHaveCount(3);
  await expect(button(page, 'Start recording')).toHaveAccessibleDescription(/macOS does not let the app/);
  expect(await main.calls('askPermission')).toEqual([]);
  const denied = [{ name: 'screen' as const, state: 'denied' as const, restart: 'perhaps' as const }];
  await main.answer({ askPermission: ok(denied) });
  await button(page, 'Allow screen recording').click();
  expect(await main.calls('askPermission')).toEqual([['screen']]);
  await expect(list(page)).toContainText('Not allowed');
  await expect(button(page, 'Allow screen recording')).toHaveCount(0);
});

test('the settings are opened, and what was changed there is seen when the window comes back', async ({
  page,
  open,
  main,
}) => {
  const denied = { name: 'screen' as const, state: 'denied' as const };
  await open(calmApp([], { getPermissions: ok([denied]), getCaptureOptions: ok(blindOptions) }));
  await main.answer({ openPermissionSettings: ok(undefined), restartApp: ok(undefined) });
  await button(page, 'Open System Settings: screen recording').click();
  expect(await main.calls('openPermissionSettings')).toEqual([['screen']]);
  await main.answer({
    getPermissions: ok([{ ...denied, state: 'granted', restart: 'needed' }]),
    getCaptureOptions: ok(captureOptions),
  });
  await comesBack(page);
  await expect(list(page)).toContainText('restart the app so that it holds');
  await expect(page.getByRole('radio', { name: 'Built-in display' })).toBeVisible();
  await button(page, 'Restart the app').click();
  expect(await main.calls('restartApp')).toHaveLength(1);
});

test('nothing is shown where the system guards nothing, and nothing is looked up again in vain', async ({
  page,
  open,
  main,
}) => {
  await open(calmApp([]));
  await expect(button(page, 'Start recording')).toBeEnabled();
  await expect(list(page)).toHaveCount(0);
  await comesBack(page);
  await expect.poll(async () => (await main.calls('getPermissions')).length).toBe(2);
  expect(await main.calls('getCaptureOptions')).toHaveLength(1);
});

test('the microphone is asked for when it is switched on', async ({ page, open, main }) => {
  const given = [
    { name: 'screen' as const, state: 'granted' as const },
    { name: 'microphone' as const, state: 'not-asked' as const },
  ];
  await open(calmApp([], { getPermissions: ok(given), askPermission: ok(given) }));
  await expect(page.getByText('Allowed by the system: Screen recording.')).toBeVisible();
  await page.getByRole('switch', { name: 'Microphone' }).click();
  await expect(page.getByRole('switch', { name: 'Microphone' })).toBeChecked();
  expect(await main.calls('askPermission')).toEqual([['microphone']]);
});

test('a question that the system did not put up is told', async ({ page, open }) => {
  await open(calmApp([], { getPermissions: ok(nothingAsked), askPermission: refused(wrongSecret) }));
  await button(page, 'Allow mouse and keyboard').click();
  await expect(list(page).getByRole('alert')).toContainText(wrongSecret.message);
});

test('on Wayland the desktop’s own dialog is announced, and what it cannot give', async ({
  page,
  open,
  main,
}) => {
  await open(calmApp([], { getCaptureOptions: ok(waylandOptions), startRecording: ok(undefined) }));
  await expect(page.getByText('Your desktop asks when the recording starts')).toBeVisible();
  await expect(page.getByText('Wayland does not let apps see mouse and keyboard').first()).toBeVisible();
  await expect(page.getByText('These shortcuts were asked for.')).toBeVisible();
  await button(page, 'Start recording').click();
  await page.getByRole('radio', { name: 'A window' }).click();
  await button(page, 'Start recording').click();
  expect(await main.calls('startRecording')).toMatchObject([
    [{ sourceId: 'portal' }],
    [{ sourceId: 'portal-window' }],
  ]);
});

for (const [where, name] of [
  ['window', 'Cancel'],
  ['toolbar', 'Stop'],
] as const)
  test(`a start that waits for the desktop’s dialog can be given up in the ${where}`, async ({
    page,
    open,
    main,
  }) => {
    const choosing = { getRecordingState: ok(recordingState({ phase: 'starting' })) };
    const replies = { getCaptureOptions: ok(waylandOptions), stopRecording: ok(undefined), ...choosing };
    await open(calmApp([], replies), where);
    await button(page, name).click();
    expect(await main.calls('stopRecording')).toHaveLength(1);
  });
