import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { ok, refused, type Replies } from './fakeBridge';
import { calmApp, resetOnTheWay, savedConfig, sessionAt, wrongSecret } from './samples';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const noConfig: Replies = { getUploadConfig: ok({ config: null, systemEncrypts: true }) };

test('the first destination: banner, form, test of unsaved values, save', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([sessionAt(0)], noConfig));
  await button(page, 'Set up upload').click();
  await expect(page.getByLabel('Key prefix')).toHaveValue('sessions/');
  await page.getByLabel('Bucket').fill(' team-recordings ');
  await page.getByLabel('Region').fill('eu-central-1');
  await page.getByLabel('Endpoint').fill('https://s3.example.com');
  await page.getByLabel('Access key ID').fill('AKIAEXAMPLE0001');
  await page.getByLabel('Secret access key').fill('a-secret-w7Qz');
  await page.getByRole('switch', { name: 'Path-style addressing' }).click();
  const typed = {
    bucket: 'team-recordings',
    region: 'eu-central-1',
    keyPrefix: 'sessions/',
    endpoint: 'https://s3.example.com',
    forcePathStyle: true,
    allowHttp: false,
    accessKeyId: 'AKIAEXAMPLE0001',
    secretAccessKey: 'a-secret-w7Qz',
    maxRetries: 10,
    partSizeBytes: 10_485_760,
  };

  await button(page, 'Test connection').click();
  await expect(button(page, 'Test connection')).toBeDisabled();
  expect(await main.calls('validateUploadConfig')).toEqual([[typed]]);
  expect(await main.calls('setUploadConfig')).toEqual([]);
});

test('a test of the connection ends in words', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([], { validateUploadConfig: ok({ valid: false, error: wrongSecret }) }));
  await button(page, 'Settings').click();
  await button(page, 'Test connection').click();
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
  await expect(page.getByText(wrongSecret.action)).toBeVisible();
  const warnings = ['The test object could not be deleted.'];
  await main.answer({ validateUploadConfig: ok({ valid: true, warnings }) });
  await button(page, 'Test connection').click();
  await expect(page.getByText('Connection works')).toBeVisible();
  await expect(page.getByText(warnings[0]!)).toBeVisible();
  await expect(page.getByText(wrongSecret.message)).toBeHidden();
});

test('an address over https that the server names is taken over when asked, and saved by the user', async ({
  page,
  openSessions,
  main,
}) => {
  const error = { ...wrongSecret, message: 'minio.internal accepts https connections only.' };
  const suggestedEndpoint = 'https://minio.internal:9443';
  await openSessions(calmApp([], { validateUploadConfig: ok({ valid: false, error, suggestedEndpoint }) }));
  await button(page, 'Settings').click();
  await button(page, 'Test connection').click();
  await button(page, `Use ${suggestedEndpoint}`).click();
  await expect(page.getByLabel('Endpoint')).toHaveValue(suggestedEndpoint);
  await expect(page.getByText(error.message)).toBeHidden();
  expect(await main.calls('setUploadConfig')).toEqual([]);
});

test('encryption, storage class and tags are sent as chosen', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([], { validateUploadConfig: ok({ valid: true }) }));
  await button(page, 'Settings').click();
  await button(page, 'Advanced').click();
  await expect(page.getByLabel('KMS key')).toBeHidden();
  await page.getByLabel('Encryption on the server').selectOption('SSE-KMS');
  await page.getByLabel('KMS key').fill(' alias/recordings ');
  await page.getByLabel('Storage class').fill('STANDARD_IA');
  await page.getByLabel('Object tags').fill('team=research');
  await button(page, 'Test connection').click();
  const chosen = { encryption: 'sse-kms', kmsKeyId: 'alias/recordings', storageClass: 'STANDARD_IA' };
  await expect(page.getByText('Connection works')).toBeVisible();
  expect(await main.calls('validateUploadConfig')).toMatchObject([
    [{ ...chosen, objectTags: 'team=research' }],
  ]);
});

test('what was refused when it was tested is saved with that said, until it is edited', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(
    calmApp([], {
      validateUploadConfig: ok({ valid: false, error: wrongSecret }),
      setUploadConfig: ok({ saved: true, config: savedConfig }),
    }),
  );
  await button(page, 'Settings').click();
  await button(page, 'Test connection').click();
  await expect(page.getByText(wrongSecret.message)).toBeVisible();
  for (const _again of [1, 2]) {
    await button(page, 'Save').click();
    await expect(page.getByText('Settings saved, but the last test of them failed')).toBeVisible();
    await expect(page.getByText(wrongSecret.message)).toBeVisible();
  }
  await page.screenshot({ path: test.info().outputPath('saved-refused.png') });
  await page.getByLabel('Secret access key').fill('another-secret');
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved', { exact: true })).toBeVisible();
  await expect(page.getByText(wrongSecret.message)).toBeHidden();
  expect(await main.calls('setUploadConfig')).toHaveLength(3);
});

test('an answer about earlier values is not shown of later ones, nor are these lost', async ({
  page,
  openSessions,
  main,
}) => {
  await openSessions(calmApp([]));
  await button(page, 'Settings').click();
  await button(page, 'Test connection').click();
  await page.getByLabel('Bucket').fill('another-bucket');
  await main.answer({ validateUploadConfig: ok({ valid: true }) });
  await expect(button(page, 'Test connection')).toBeEnabled();
  await expect(page.getByText('Connection works')).toBeHidden();
  await button(page, 'Test connection').click();
  await expect(page.getByText('Connection works')).toBeVisible();

  await button(page, 'Save').click();
  await page.getByLabel('Region').fill('us-west-2');
  await main.answer({ setUploadConfig: ok({ saved: true, config: savedConfig }) });
  await expect(button(page, 'Save')).toBeEnabled();
  await expect(page.getByLabel('Region')).toHaveValue('us-west-2');
  await expect(page.getByText('Settings saved')).toBeHidden();
});

test('a saved secret never comes back and is kept when left empty', async ({ page, openSessions, main }) => {
  await openSessions(calmApp([], { setUploadConfig: ok({ saved: true, config: savedConfig }) }));
  await button(page, 'Settings').click();
  await expect(page.getByLabel('Bucket')).toHaveValue(savedConfig.bucket);
  await expect(page.getByLabel('Secret access key')).toHaveValue('');
  await expect(page.getByLabel('Secret access key')).toHaveAccessibleDescription(/Saved, ends in …w7Qz/);
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  const [[input]] = (await main.calls('setUploadConfig')) as [[object]];
  expect(input).not.toHaveProperty('secretAccessKey');

  await page.getByLabel('Endpoint').fill('https://elsewhere.example.com');
  await expect(page.getByLabel('Secret access key')).toHaveAccessibleDescription(/Enter the one for this/);
});

test('wrong fields are named beside them, folded ones unfold, the first has the focus', async ({
  page,
  openSessions,
  main,
}) => {
  const fieldErrors = { partSizeBytes: 'At least 5 MiB.', region: 'Say which region.' };
  await openSessions(calmApp([], { setUploadConfig: ok({ saved: false, fieldErrors }) }));
  await button(page, 'Settings').click();
  await expect(page.getByLabel('Max retries')).toBeHidden();
  await button(page, 'Save').click();
  await expect(page.getByLabel('Region')).toBeFocused();
  await expect(page.getByLabel('Region')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Region')).toHaveAccessibleDescription(/Say which region/);
  await expect(page.getByLabel('Part size (MiB)')).toHaveAccessibleDescription(/At least 5 MiB/);

  await page.getByLabel('Part size (MiB)').fill('ten');
  await main.answer({ setUploadConfig: ok({ saved: true, config: savedConfig }) });
  await button(page, 'Save').click();
  await expect(page.getByLabel('Part size (MiB)')).toHaveAccessibleDescription(/Enter a number/);
  expect(await main.calls('setUploadConfig')).toHaveLength(1);
  await page.getByLabel('Part size (MiB)').fill('16');
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved')).toBeVisible();
});

test('a bandwidth limit and a CA file are sent as typed, and taken back by emptying them', async ({
  page,
  openSessions,
  main,
}) => {
  const limited = { ...savedConfig, maxBytesPerSecond: 2_500_000, caFile: '/etc/ssl/private-ca.pem' };
  const fieldErrors = { caFile: 'There is no such file.', maxBytesPerSecond: 'At least 0.1 MB/s.' };
  await openSessions(
    calmApp([], {
      getUploadConfig: ok({ config: limited, systemEncrypts: true }),
      setUploadConfig: ok({ saved: false, fieldErrors }),
    }),
  );
  await button(page, 'Settings').click();
  await button(page, 'Save').click();
  const limit = page.getByLabel('Bandwidth limit (MB/s)');
  const caFile = page.getByLabel('CA certificate file');
  await expect(limit).toBeFocused();
  await expect(limit).toHaveAccessibleDescription(/At least 0.1/);
  await expect(caFile).toHaveAccessibleDescription(/There is no such file/);
  await expect(limit).toHaveValue('2.5');
  await expect(caFile).toHaveValue('/etc/ssl/private-ca.pem');

  await limit.fill('fast');
  await button(page, 'Save').click();
  await expect(limit).toHaveAccessibleDescription(/Enter a number/);
  await limit.fill('');
  await caFile.fill('');
  await main.answer({ setUploadConfig: ok({ saved: true, config: savedConfig }) });
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  const [[first], [second]] = (await main.calls('setUploadConfig')) as [[object], [object]];
  expect(first).toMatchObject({ maxBytesPerSecond: 2_500_000, caFile: '/etc/ssl/private-ca.pem' });
  expect(second).not.toHaveProperty('maxBytesPerSecond');
  expect(second).not.toHaveProperty('caFile');
});

test('weak storage and plain http need consent', async ({ page, openSessions, main }) => {
  const fieldErrors = { secretStorage: 'Choose one of the two.', allowHttp: 'Needs your consent.' };
  await openSessions(
    calmApp([], {
      getUploadConfig: ok({ config: null, systemEncrypts: false }),
      setUploadConfig: ok({ saved: false, fieldErrors }),
    }),
  );
  await button(page, 'Settings').click();
  const consent = page.getByRole('checkbox', { name: 'Allow an unencrypted connection to this address' });
  await expect(consent).toBeHidden();
  await page.getByLabel('Endpoint').fill('http://127.0.0.1:9000');
  await button(page, 'Save').click();
  await expect(consent).toBeFocused();
  await expect(consent).toHaveAccessibleDescription(/Needs your consent/);
  await expect(page.getByText('Choose one of the two.')).toBeVisible();

  await consent.check();
  await page.getByRole('radio', { name: 'Keep the secret only until I quit' }).check();
  await button(page, 'Save').click();
  await expect.poll(() => main.calls('setUploadConfig')).toHaveLength(2);
  const calls = await main.calls('setUploadConfig');
  expect(calls[1]).toEqual([expect.objectContaining({ allowHttp: true, secretStorage: 'session-only' })]);
});

test('that settings were saved is told for a few seconds', async ({ page, openSessions }) => {
  await openSessions(calmApp([], { setUploadConfig: ok({ saved: true, config: savedConfig }) }));
  await button(page, 'Settings').click();
  await button(page, 'Save').click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(page.getByText('Settings saved')).toBeHidden();
});

test('Enter in a field far above brings how the saving ended into view', async ({
  page,
  openSessions,
  main,
}) => {
  await page.setViewportSize({ width: 900, height: 480 });
  await openSessions(calmApp([], { setUploadConfig: ok({ saved: true, config: savedConfig }) }));
  await button(page, 'Settings').click();
  const bucket = page.getByRole('textbox', { name: 'Bucket' });
  await bucket.focus();
  await expect(button(page, 'Save')).not.toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Settings saved')).toBeInViewport({ ratio: 1 });
  await main.answer({ setUploadConfig: refused(resetOnTheWay) });
  await bucket.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(resetOnTheWay.message)).toBeInViewport({ ratio: 1 });
  await expect(bucket).toBeFocused();
});
