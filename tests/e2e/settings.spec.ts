import { readFile } from 'node:fs/promises';
import { CredentialProcess } from '../fakes/CredentialProcess';
import { makeExportedSession } from '../fixtures/exportedSession';
import { filesHolding } from './harness/disk';
import { expectStatus, sessionRows } from './harness/list';
import { expect, test } from './harness/test';
import { fillProfileSettings, fillSettings, openSettings, saveSettings } from './harness/settings';

test('settings: a wrong secret is named, the right one connects, and both survive a restart', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const first = await launch();
  await openSettings(first.page);
  await fillSettings(first.page, bucket, { secret: 'not-the-secret-at-all' });
  await first.page.getByRole('button', { name: 'Test connection' }).click();
  const panel = first.page.getByRole('form', { name: 'Upload settings' });
  await expect(panel.getByText('The secret access key does not match this access key ID.')).toBeVisible();
  await panel.getByRole('button', { name: 'Details' }).click();
  await expect(panel.getByText('SignatureDoesNotMatch')).toBeVisible();

  await fillSettings(first.page, bucket);
  await first.page.getByRole('button', { name: 'Test connection' }).click();
  await expect(first.page.getByText(/connection works/i)).toBeVisible();
  await saveSettings(first.page);
  await first.close();

  const second = await launch();
  await openSettings(second.page);
  await expect(second.page.getByLabel('Bucket', { exact: true })).toHaveValue(bucket.settings.bucket);
  await expect(second.page.getByLabel('Secret access key')).toHaveValue('');
  await expect(second.page.getByText(bucket.settings.secretAccessKey.slice(-4))).toBeVisible();
  await second.page.getByRole('button', { name: 'Test connection' }).click();
  await expect(second.page.getByText(/connection works/i)).toBeVisible();
  expect(await filesHolding(userDataDir, bucket.settings.secretAccessKey, [bucket.dir])).toEqual([]);
});

test('settings: without consent to weak storage, the secret is refused and is in no file', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const { page } = await launch();
  await openSettings(page);
  await fillSettings(page, bucket, { weakStorage: false });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/cannot encrypt|does not encrypt/i).first()).toBeVisible();
  await expect(page.getByText('Settings saved')).toBeHidden();
  expect(await filesHolding(userDataDir, bucket.settings.secretAccessKey, [bucket.dir])).toEqual([]);
});

test('settings: a profile whose command gives keys that end is tested, used and renewed', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const program = await CredentialProcess.make();
  try {
    const { sessionId, bundle } = await makeExportedSession(userDataDir, { sizeBytes: 12_000_000 });
    const inAnHour = () => Date.now() + 3_600_000;
    const issue = () => ({ keys: bucket.keys.issue(inAnHour()), expiresAtMs: inAnHour() });
    const [first, second] = [issue(), issue()];
    await program.answer({ fail: 'the vault is sealed' });
    const { page } = await launch([], program.env);
    await openSettings(page);
    await fillProfileSettings(page, bucket, 'team');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(page.getByText(/gives the keys of the AWS profile “team” failed/)).toBeVisible();

    await program.answer(first, second);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(page.getByText(/connection works/i)).toBeVisible();
    await saveSettings(page);
    bucket.keys.expire(first.keys.accessKeyId);
    const row = sessionRows(page).first();
    await row.getByRole('button', { name: 'Upload', exact: true }).click();
    await expectStatus(row, 'Uploaded');
    expect(await program.asked()).toBe(2);
    const key = `sessions/${sessionId}/${sessionId}.zip`;
    expect((await bucket.readObject(key))?.equals(await readFile(bundle))).toBe(true);
    for (const { secretAccessKey, sessionToken } of [first.keys, second.keys])
      for (const secret of [secretAccessKey, sessionToken])
        expect(await filesHolding(userDataDir, secret, [bucket.dir])).toEqual([]);
  } finally {
    await program.remove();
  }
});
