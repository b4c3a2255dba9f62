import { expect, type Page } from '@playwright/test';
import type { TestBucket } from './testBucket';

/** `weakStorage: false` leaves that consent out. */
type FormChanges = { secret?: string; weakStorage?: boolean };

/** Opens the settings from wherever the app is. */
export async function openSettings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sessions' }).click();
  const bucketField = page.getByLabel('Bucket', { exact: true });
  if (!(await bucketField.isVisible())) await page.getByRole('button', { name: 'Settings' }).click();
  await expect(bucketField).toBeVisible();
}

/** Fills the form for a local bucket that is reached with an AWS profile, chosen from the list. */
export async function fillProfileSettings(page: Page, bucket: TestBucket, profile: string): Promise<void> {
  await fillPlace(page, bucket);
  // The picture of the choice lies over its radio button.
  await page.getByText('AWS profile', { exact: true }).click();
  await page.getByLabel('Profile', { exact: true }).click();
  await page.getByRole('option', { name: profile }).click();
}

/** Fills the form for a local bucket, with both explicit consents: plain http, and weak storage of the secret. */
export async function fillSettings(page: Page, bucket: TestBucket, changes: FormChanges = {}): Promise<void> {
  const { settings } = bucket;
  await fillPlace(page, bucket);
  await page.getByLabel('Access key ID').fill(settings.accessKeyId);
  await page.getByLabel('Secret access key').fill(changes.secret ?? settings.secretAccessKey);
  const weak = page.getByLabel(/weak protection/i);
  if (changes.weakStorage === false) return;
  if (await weak.isVisible()) await weak.check();
}

async function fillPlace(page: Page, { settings }: TestBucket): Promise<void> {
  await page.getByLabel('Bucket', { exact: true }).fill(settings.bucket);
  await page.getByLabel('Region').fill(settings.region);
  await page.getByLabel('Endpoint').fill(settings.endpoint);
  await page.getByRole('switch', { name: /path.style/i }).check();
  await page.getByLabel(/without encryption|plain http|unencrypted/i).check();
}

export async function saveSettings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
}

/** Settings for `bucket`, saved through the form. */
export async function configure(page: Page, bucket: TestBucket, changes: FormChanges = {}): Promise<void> {
  await openSettings(page);
  await fillSettings(page, bucket, changes);
  await saveSettings(page);
}
