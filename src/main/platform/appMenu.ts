import type { MenuItemConstructorOptions } from 'electron';

/** `Plus` needs Shift on many keyboards, and the number pad has separate keys. */
const zoomKeys: MenuItemConstructorOptions[] = [
  { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false },
  { role: 'zoomIn', accelerator: 'CommandOrControl+numadd', visible: false },
  { role: 'zoomOut', accelerator: 'CommandOrControl+numsub', visible: false },
  { role: 'resetZoom', accelerator: 'CommandOrControl+num0', visible: false },
];

const view: MenuItemConstructorOptions = {
  label: '&View',
  submenu: [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    ...zoomKeys,
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ],
};

/** The application menu. It has no item that reloads a page or opens developer tools. */
export function appMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const edit: MenuItemConstructorOptions = { role: 'editMenu' };
  const window: MenuItemConstructorOptions = { role: 'windowMenu' };
  if (platform === 'darwin') return [{ role: 'appMenu' }, { role: 'fileMenu' }, edit, view, window];
  return [{ label: '&File', submenu: [{ role: 'close' }, { role: 'quit' }] }, edit, view, window];
}
