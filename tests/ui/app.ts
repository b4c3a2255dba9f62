import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { findChromium } from '../../chromium-shell/src/chromium/findChromium';
import { fakeBridgeScript, FakeMain, type Replies } from './fakeBridge';
import { buildPages, servePages, type PageServer } from './pages';
import { NOW_MS } from './samples';

export { expect };

type Fixtures = {
  main: FakeMain;
  /** Opens a page over a scripted bridge, at `NOW_MS` on a wall clock that only the test moves. */
  open: (replies: Replies, page?: 'window' | 'toolbar') => Promise<void>;
  /** Opens the main window on its sessions. */
  openSessions: (replies: Replies) => Promise<void>;
};

/** One page and one server for all tests of a worker: a window of their own costs each test half a second. */
type Shared = { pages: PageServer; sharedPage: Page };

export const test = base.extend<Fixtures, Shared>({
  pages: [
    async ({}, use, { parallelIndex }) => {
      const pages = await servePages(await buildPages(`ui-pages-${parallelIndex}`));
      await use(pages);
      await pages.close();
    },
    { scope: 'worker' },
  ],
  launchOptions: async ({}, use) =>
    use({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
    }),
  sharedPage: [
    async ({ browser }, use) => {
      const page = await browser.newPage({ locale: 'en-US', timezoneId: 'UTC' });
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ sharedPage }, use) => {
    await sharedPage.setViewportSize({ width: 1280, height: 720 });
    await sharedPage.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
    await sharedPage.mouse.move(0, 0);
    await use(sharedPage);
    sharedPage.removeAllListeners();
  },
  main: ({ page }, use) => use(new FakeMain(page)),
  open: async ({ page, pages }, use) => {
    const complaints = watchForComplaints(page);
    await use(async (replies, name = 'window') => {
      await page.clock.setFixedTime(NOW_MS);
      pages.bridgeScript = fakeBridgeScript(replies);
      await page.goto(pages.urlOf(name));
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

/**
 * Fails on anything axe calls serious or critical and that stays; `onlyRules` narrows what it looks at. Once in some hundred
 * pictures axe sees too little contrast of an error message for a moment. The cause is not known.
 */
export async function expectAccessible(page: Page, onlyRules?: string[]): Promise<void> {
  await expect.poll(() => graveViolations(page, onlyRules), { timeout: 5000 }).toEqual([]);
}

async function graveViolations(page: Page, onlyRules?: string[]): Promise<string[]> {
  // Only what is wrong is asked for: describing every element that is right takes most of a run.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (onlyRules ? axe.withRules(onlyRules) : axe).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${JSON.stringify(any[0]?.data)}`),
  );
}
