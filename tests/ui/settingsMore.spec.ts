import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { ok, refused } from './fakeBridge';
import { calmApp, savedConfig, sessionAt, uploadAt, wrongSecret } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const bucket = (page: Page) => page.getByLabel('Bucket', { exact: true });
const { endpoint: _endpoint, ...amazonConfig } = savedConfig;
const onAmazon = { getUploadConfig: ok({ config: amazonConfig, systemEncrypts: true }) };

test('what was typed and not saved is there again, except secrets, until it is discarded', async ({
  page,
  openSessions,
}) => {
  await openSessions(calmApp([sessionAt(0)]));
  await button(page, 'Settings').click();
  await expect(page.getByText('Not saved yet')).toBeHidden();
  await bucket(page).fill('another-bucket');
  await page.getByRole('switch', { name: 'Path-style addressing' }).click();
  await page.getByLabel('Secret access key').fill('a-secret-w7Qz');
  await expect(page.getByText('Not saved yet')).toBeVisible();

  await button(page, 'Settings').click();
  await expect(bucket(page)).toBeHidden();
  await button(page, 'Settings (not saved)').click();
  await expect(bucket(page)).toHaveValue('another-bucket');

  // A change of view leaves the panel open.
  await button(page, 'Record').click();
  await button(page, 'Sessions').click();
  await expect(bucket(page)).toHaveValue('another-bucket');
  await expect(page.getByRole('switch', { name: 'Path-style addressing' })).not.toBeChecked();
  await expect(page.getByLabel('Secret access key')).toHaveValue('');
  await expect(page.getByText('Not saved yet')).toBeVisible();

  await button(page, 'Discard changes').click();
  await expect(bucket(page)).toHaveValue(savedConfig.bucket);
  await expect(page.getByRole('switch', { name: 'Path-style addressing' })).toBeChecked();
  await expect(button(page, 'Discard changes')).toBeHidden();
  await button(page, 'Settings').click();
  await button(page, 'Settings').click();
  await expect(bucket(page)).toHaveValue(savedConfig.bucket);

  // Of a secret nothing is kept but that it was not saved.
  await page.getByLabel('Secret access key').fill('a-secret-w7Qz');
  await button(page, 'Settings').click();
  await expect(button(page, 'Settings (not saved)')).toBeVisible();
});

test('a test of the connection leaves it said that nothing is saved, until it is', async ({
  page,
  openSessions,
}) => {
  const config = { ...savedConfig, keyPrefix: 'clips/' };
  await openSessions(
    calmApp([], {
      validateUploadConfig: ok({ valid: true }),
      setUploadConfig: ok({ saved: true, config }),
    }),
  );
  await button(page, 'Settings').click();
  await page.getByLabel('Key prefix').fill('clips/');
  await button(page, 'Test connection').click();
  await expect(page.getByText('Connection works')).toBeVisible();
  await expect(page.getByText('Not saved yet')).toBeVisible();
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(page.getByText('Not saved yet')).toBeHidden();
});

test('what was saved while the panel was away is no draft any more', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([]));
  await button(page, 'Settings').click();
  await page.getByLabel('Key prefix').fill('clips');
  await button(page, 'Save').click();
  await button(page, 'Settings').click();
  const config = { ...savedConfig, keyPrefix: 'clips/' };
  await main.answer({
    setUploadConfig: ok({ saved: true, config }),
    getUploadConfig: ok({ config, systemEncrypts: true }),
  });
  await button(page, 'Settings').click();
  await expect(page.getByLabel('Key prefix')).toHaveValue('clips/');
  await expect(page.getByText('Not saved yet')).toBeHidden();
});

test('what the saved destination can do is told once it is known', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([], { validateUploadConfig: ok({ valid: true }) }));
  await button(page, 'Settings').click();
  const abilities = page.getByRole('region', { name: 'What the saved destination can do' });
  await expect(abilities).toContainText('Not known yet');
  const known = (capabilities: object) =>
    main.answer({
      getUploadConfig: ok({
        config: savedConfig,
        systemEncrypts: true,
        capabilities: { checksumAlgorithm: 'CRC32', conditionalWrites: true, ...capabilities },
      }),
    });
  await known({});
  await button(page, 'Test connection').click();
  await expect(page.getByText('Connection works')).toBeVisible();
  await expect(abilities).toContainText('The server keeps CRC32 checksums.');
  await expect(abilities).toContainText('The server itself refuses to overwrite an object.');

  await known({ checksumAlgorithm: 'MD5', conditionalWrites: false, listParts: false });
  await button(page, 'Settings').click();
  await button(page, 'Settings').click();
  await expect(abilities).toContainText('MD5 sums and ETags are compared instead');
  await expect(abilities).toContainText('looks whether the key is free before it writes');
  await expect(abilities).toContainText('relies on what was recorded on this computer');
});

test('the IAM policy follows what is typed, and is copied', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([], { ...onAmazon, copyText: ok(undefined) }));
  await button(page, 'Settings').click();
  await button(page, 'Show IAM policy').click();
  const policy = page.getByRole('region', { name: 'IAM policy' });
  await expect(policy).toContainText('"arn:aws:s3:::team-recordings/sessions/*"');
  await bucket(page).fill('clips');
  await expect(policy).toContainText('"arn:aws:s3:::clips/sessions/*"');
  await button(page, 'Copy policy').click();
  await expect(page.getByText('Policy copied')).toBeVisible();
  expect(await main.calls('copyText')).toEqual([[await policy.textContent()]]);
  expect(JSON.parse((await policy.textContent())!)).toHaveProperty('Statement');
  await bucket(page).fill('clips2');
  await expect(page.getByText('Policy copied')).toBeHidden();

  await main.answer({ copyText: refused(wrongSecret) });
  await button(page, 'Copy policy').click();
  await expect(page.getByRole('alert')).toContainText(wrongSecret.message);

  await bucket(page).fill('');
  await expect(page.getByText('Enter the bucket first.')).toBeVisible();
});

test('at an endpoint of its own an IAM policy makes no sense, and that is said', async ({
  page,
  openSessions,
}) => {
  await openSessions(calmApp([]));
  await button(page, 'Settings').click();
  await button(page, 'Show IAM policy').click();
  await expect(page.getByText('IAM policies are for Amazon S3')).toBeVisible();
  await expect(button(page, 'Copy policy')).toBeHidden();
  await page.getByLabel('Endpoint').fill('');
  await expect(button(page, 'Copy policy')).toBeVisible();
});

test('uploads that failed are offered to be tried again when the settings change, and only then', async ({
  page,
  openSessions,
  main,
}) => {
  const failed = uploadAt(0, { status: 'failed', errorDetail: wrongSecret });
  await openSessions(calmApp([failed], { setUploadConfig: ok({ saved: true, config: savedConfig }) }));
  await button(page, 'Settings').click();
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved', { exact: true })).toBeVisible();
  const retry = button(page, 'Try again with the new settings');
  await expect(retry).toBeHidden();

  await page.getByLabel('Region').fill('eu-north-1');
  const changed = { ...savedConfig, region: 'eu-north-1' };
  await main.answer({
    setUploadConfig: ok({ saved: true, config: changed }),
    getUploadConfig: ok({ config: changed, systemEncrypts: true }),
  });
  await button(page, 'Save').click();
  await expect(page.getByText('1 upload failed with the previous settings.')).toBeVisible();
  await expect(retry).toBeVisible();
});
