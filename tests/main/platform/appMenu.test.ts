import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { appMenu } from '../../../src/main/platform/appMenu';

const submenus = (platform: NodeJS.Platform) =>
  appMenu(platform).flatMap(({ submenu }) =>
    Array.isArray(submenu) ? (submenu as MenuItemConstructorOptions[]) : [],
  );

describe.each(['linux', 'win32', 'darwin'] as const)('the application menu on %s', (platform) => {
  test('zooms by every key that means it', () => {
    const keys = (role: string) =>
      submenus(platform)
        .filter((item) => item.role === role)
        .map(({ accelerator }) => accelerator ?? 'by role');
    expect(keys('zoomIn')).toEqual(['by role', 'CommandOrControl+=', 'CommandOrControl+numadd']);
    expect(keys('zoomOut')).toEqual(['by role', 'CommandOrControl+numsub']);
    expect(keys('resetZoom')).toEqual(['by role', 'CommandOrControl+num0']);
  });

  test('shows each command once', () => {
    const shown = submenus(platform).filter(({ visible, role }) => role && visible !== false);
    expect(new Set(shown.map(({ role }) => role)).size).toBe(shown.length);
  });

  test('edits, quits, and neither reloads nor opens developer tools', () => {
    const roles = [...appMenu(platform), ...submenus(platform)].map(({ role }) => role);
    expect(roles).toContain('editMenu');
    expect(roles).toContain(platform === 'darwin' ? 'appMenu' : 'quit');
    for (const role of ['reload', 'forceReload', 'toggleDevTools', 'viewMenu'])
      expect(roles).not.toContain(role);
  });
});
