import { expect, type Locator, type Page } from '@playwright/test';

/** The rows of the session list, newest first. */
export function sessionRows(page: Page): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('status') });
}

/** Opens the list and waits until it is read. */
export async function showSessions(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Sessions' }).click();
  await expect(page.getByRole('heading', { name: 'Your sessions' })).toBeVisible();
  await expect(page.getByText('Loading…', { exact: true })).toBeHidden();
  return sessionRows(page);
}

export async function expectStatus(row: Locator, text: string, timeout = 30_000): Promise<void> {
  await expect(row.getByRole('status')).toHaveText(text, { timeout });
}
