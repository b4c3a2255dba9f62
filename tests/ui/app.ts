import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { findChromium } from '../../chromium-shell/src/chromium/findChromium';
import { FakeMain, installFakeBridge, type Replies } from './fakeBridge';
import { buildPages, pageUrl, servePages } from './pages';
import { NOW_MS } from './samples';

export { expect };

type Fixtures = {
  main: FakeMain;
  /** Opens a page over a scripted bridge, at `NOW_MS` on a wall clock that only the test moves. */
  open: (replies: Replies, page?: 'window' | 'toolbar') => Promise<void>;
  /** Opens the main window on its sessions. */
  openSessions: (replies: Replies) => Promise<void>;
};

export const test = base.extend<Fixtures, { pagesDir: string }>({
  pagesDir: [
    async ({}, use, { parallelIndex }) => use(await buildPages(`ui-pages-${parallelIndex}`)),
    { scope: 'worker' },
  ],
  launchOptions: async ({}, use) =>
    use({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
    }),
  locale: 'en-US',
  timezoneId: 'UTC',
  main: ({ page }, use) => use(new FakeMain(page)),
  open: async ({ page, pagesDir }, use) => {
    const complaints = watchForComplaints(page);
    await use(async (replies, name = 'window') => {
      await page.clock.setFixedTime(NOW_MS);
      await installFakeBridge(page, replies);
      await servePages(page, pagesDir);
      await page.goto(pageUrl(name));
    });
    expect(complaints, 'what the page complained about').toEqual([]);
  },
  openSessions: ({ open, page }, use) =>
    use(async (replies) => {
      await open(replies);
      await page.getByRole('button', { name: 'Sessions', exact: true }).click();
    }),
});

/** Errors and warnings of a page, a refused style or script among them. */
function watchForComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

/** The list's rows. */
export function rows(page: Page): Locator {
  return page.getByRole('listitem');
}

/** Fails on anything axe calls serious or critical; `onlyRules` narrows what it looks at. */
export async function expectAccessible(page: Page, onlyRules?: string[]): Promise<void> {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (onlyRules ? axe.withRules(onlyRules) : axe).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}
