import path from 'node:path';
import { expect, expectAccessible, test } from './app';
import { permissionStates } from './permissionStates';
import { bucketStates } from './bucketStates';
import { folderStates } from './folderStates';
import { playerStates } from './playerStates';
import { privacyStates } from './privacyStates';
import { profileStates } from './profileStates';
import { states } from './states';

/** Where each run leaves its pictures, to be looked at. */
const PICTURES = path.resolve(__dirname, '../../test-results/ui-states');

const looks = [
  { colorScheme: 'light', width: 1000, rules: undefined },
  // What differs in the dark is the colours.
  { colorScheme: 'dark', width: 480, rules: ['color-contrast', 'target-size'] },
] as const;

const low = { width: 900, height: 560 };

for (const [name, state] of Object.entries({
  ...states,
  ...permissionStates,
  ...bucketStates,
  ...folderStates,
  ...playerStates,
  ...privacyStates,
  ...profileStates,
})) {
  test(`${name} is accessible and fits, light and wide, dark and narrow`, async ({
    page,
    open,
    openSessions,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    if (state.sessions) await openSessions(state.replies);
    else await open(state.replies, state.page);
    await state.act?.(page);
    for (const { colorScheme, width, rules } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(
        state.page === 'toolbar' ? { width: 500, height: 56 } : { width, height: 720 },
      );
      await expectAccessible(page, rules && [...rules]);
      const overhang = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overhang, 'pixels wider than the window').toBe(0);
      const picture = path.join(PICTURES, `${name}-${colorScheme}.png`);
      await page.screenshot({ path: picture });
      if (!state.low) continue;
      await page.setViewportSize(low);
      await page.screenshot({ path: picture.replace('.png', '-low.png') });
    }
  });
}
