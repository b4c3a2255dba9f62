import type { Page } from '@playwright/test';
import { describeField } from '../../src/shared/text/settingsErrors';
import { expect, test } from './app';
import { ok } from './fakeBridge';
import { behindProxy, profileConfig, profiles } from './profileStates';
import { calmApp, savedConfig, wrongSecret } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const profile = (page: Page) => page.getByLabel('Profile', { exact: true });
const useProfile = (page: Page) => page.getByRole('radio', { name: 'AWS profile' }).check({ force: true });

test('a profile is chosen among those found, brings its region, and is sent without keys', async ({
  page,
  openSessions,
  main,
}) => {
  const none = { getUploadConfig: ok({ config: null, systemEncrypts: false }) };
  await openSessions(calmApp([], { ...none, listAwsProfiles: ok(profiles) }));
  await button(page, 'Settings').click();
  await page.getByLabel('Bucket', { exact: true }).fill('team-recordings');
  await expect(page.getByText('This computer cannot encrypt secrets')).toBeVisible();
  await useProfile(page);
  await expect(page.getByLabel('Secret access key')).toBeHidden();
  await expect(page.getByText('This computer cannot encrypt secrets')).toBeHidden();
  await profile(page).click();
  await expect(page.getByRole('option')).toHaveCount(4);
  await page.screenshot({ path: test.info().outputPath('choices.png') });
  await profile(page).pressSequentially('te');
  await page.getByRole('option', { name: 'team' }).click();
  await expect(profile(page)).toHaveValue('team');
  await expect(page.getByLabel('Region')).toHaveValue('eu-central-1');
  await button(page, 'Test connection').click();
  const [[input]] = (await main.calls('validateUploadConfig')) as [[object]];
  expect(input).toMatchObject({ awsProfile: 'team', accessKeyId: '', region: 'eu-central-1' });
  expect(Object.keys(input).filter((name) => /secret|token/i.test(name))).toEqual([]);
});

test('a region that was typed stays, and a profile that is not listed can be named', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([], { listAwsProfiles: ok(profiles) }));
  await button(page, 'Settings').click();
  await page.getByLabel('Region').fill('us-west-2');
  await useProfile(page);
  await profile(page).fill('team');
  await profile(page).fill('of-tomorrow');
  await expect(page.getByLabel('Region')).toHaveValue('us-west-2');
  await button(page, 'Save').click();
  const [[input]] = (await main.calls('setUploadConfig')) as [[object]];
  expect(input).toMatchObject({ awsProfile: 'of-tomorrow', region: 'us-west-2' });
});

test('a name that begins with another’s brings no region, and one that nobody knows is said to be unknown', async ({
  page,
  openSessions,
}) => {
  const near = [...profiles, { name: 'team-test', kind: 'sso' as const, region: 'us-east-1' }];
  const none = { getUploadConfig: ok({ config: null, systemEncrypts: true }) };
  await openSessions(calmApp([], { ...none, listAwsProfiles: ok(near) }));
  await button(page, 'Settings').click();
  await useProfile(page);
  await profile(page).pressSequentially('team');
  await expect(page.getByLabel('Region')).toHaveValue('');
  await profile(page).pressSequentially('-test');
  await profile(page).press('Tab');
  await expect(page.getByLabel('Region')).toHaveValue('us-east-1');
  await profile(page).fill('team');
  await profile(page).press('Tab');
  await expect(page.getByLabel('Region')).toHaveValue('eu-central-1');

  await profile(page).fill('taem');
  await expect(profile(page)).not.toHaveAccessibleDescription(/no profile/);
  await profile(page).press('Tab');
  await expect(profile(page)).toHaveAccessibleDescription('There is no profile “taem” on this computer yet.');
  await page.screenshot({ path: test.info().outputPath('unknown.png') });
});

test('main’s word on a profile stands beside it', async ({ page, openSessions }) => {
  const fieldErrors = { awsProfile: 'Enter the name of the profile, or choose one.' };
  const config = { getUploadConfig: ok({ config: profileConfig, systemEncrypts: true }) };
  await openSessions(calmApp([], { ...config, setUploadConfig: ok({ saved: false, fieldErrors }) }));
  await button(page, 'Settings').click();
  await expect(profile(page)).toHaveValue('team');
  await button(page, 'Save').click();
  await expect(profile(page)).toBeFocused();
  await expect(profile(page)).toHaveAccessibleDescription(/Enter the name of the profile/);
});

test('how a test or a saving ended is still there when the panel comes back, until something is edited', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([]));
  await button(page, 'Settings').click();
  await button(page, 'Test connection').click();
  await button(page, 'Settings').click();
  await main.answer({ validateUploadConfig: ok({ valid: false, error: wrongSecret }) });
  await button(page, 'Settings').click();
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
  await button(page, 'Record').click();
  await button(page, 'Sessions').click();
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
  await page.getByLabel('Bucket', { exact: true }).fill('another');
  await expect(page.getByText(wrongSecret.message)).toBeHidden();
});

test('once plain http is allowed, nothing asks to allow it', async ({ page, openSessions }) => {
  const asksFor = describeField({ kind: 'http-not-allowed' });
  const refusal = ok({ saved: false as const, fieldErrors: { endpoint: asksFor } });
  const config = { ...savedConfig, endpoint: 'http://127.0.0.1:9000', allowHttp: false };
  await openSessions(
    calmApp([], { getUploadConfig: ok({ config, systemEncrypts: true }), setUploadConfig: refusal }),
  );
  await button(page, 'Settings').click();
  await button(page, 'Save').click();
  await expect(page.getByText(asksFor)).toBeVisible();
  await page.getByLabel(/unencrypted/).check();
  await expect(page.getByText(asksFor)).toBeHidden();
});

test('a proxy on the way to the saved destination is named', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([], { getUploadConfig: ok(behindProxy) }));
  await button(page, 'Settings').click();
  const abilities = page.getByRole('region', { name: 'What the saved destination can do' });
  await expect(abilities).toContainText('through the proxy proxy.corp.example:3128');
  await expect(abilities).toContainText('HTTPS_PROXY');
  await main.answer({ getUploadConfig: ok({ ...behindProxy, proxy: undefined }) });
  await button(page, 'Settings').click();
  await button(page, 'Settings').click();
  await expect(abilities).not.toContainText('proxy');
});
