import { app } from './app/app.ts';
import { chromium } from './chromium/chromium.ts';
import { clipboard } from './host/clipboard.ts';
import { desktopCapturer, portal } from './host/desktopCapturer.ts';
import { dialog } from './host/dialog.ts';
import { globalShortcut, pressShortcut } from './host/globalShortcut.ts';
import { ShellMenu, ShellMenuItem } from './host/menu.ts';
import { ShellNativeImage } from './host/nativeImage.ts';
import { nativeTheme } from './host/nativeTheme.ts';
import { ShellNotification } from './host/notification.ts';
import { powerMonitor, powerSaveBlocker } from './host/power.ts';
import { safeStorage } from './host/safeStorage.ts';
import { screen } from './host/screen.ts';
import { shell } from './host/shell.ts';
import { systemPreferences, type MacPermission } from './host/systemPreferences.ts';
import { dialogAnswers, shellLog } from './host/testHooks.ts';
import { ShellTray } from './host/tray.ts';
import { utilityProcess } from './host/utilityProcess.ts';
import { guardObject } from './notImplemented.ts';
import { defaultSession } from './session/session.ts';
import { ShellBrowserWindow } from './window/browserWindow.ts';
import { ipcMain } from './window/ipcMain.ts';

/** Entry points for tests; see the README. */
const testHooks = {
  pressShortcut,
  /** All trays, oldest first; a tray's `clickItem(label)` clicks an item of its menu. */
  trays: () => [...ShellTray.all],
  clickTrayItem: (label: string) => [...ShellTray.all].some((tray) => tray.clickItem(label)),
  shellLog,
  notifications: ShellNotification.shown,
  answerDialog: (answer: unknown) => void dialogAnswers.push(answer),
  emitPower: (event: string) => powerMonitor.emit(event, {}),
  /** On macOS: grants a permission as the user would; `asked` lists the system prompts shown so far. */
  grant: (permission: MacPermission) => systemPreferences.grant(permission),
  askedPermissions: () => [...systemPreferences.asked],
  portalDialogs: () => portal.dialogs,
  chromiumPid: () => chromium.pid,
};

const webContents = guardObject(
  {
    getAllWebContents: () => ShellBrowserWindow.getAllWindows().map((window) => window.webContents),
    fromId: (id: number) => webContents.getAllWebContents().find((contents) => contents.id === id),
    fromDevToolsTargetId: (targetId: string) =>
      webContents
        .getAllWebContents()
        .find((contents) => (contents as unknown as { targetId: string }).targetId === targetId),
    getFocusedWebContents: () => ShellBrowserWindow.getFocusedWindow()?.webContents ?? null,
  },
  'webContents',
);

/** The result of require('electron') in the main process. */
export const electron = guardObject(
  {
    app,
    BrowserWindow: ShellBrowserWindow,
    clipboard,
    desktopCapturer,
    dialog,
    globalShortcut,
    ipcMain,
    Menu: ShellMenu,
    MenuItem: ShellMenuItem,
    nativeImage: ShellNativeImage,
    nativeTheme,
    net: guardObject({ isOnline: () => true, fetch: globalThis.fetch }, 'net'),
    Notification: ShellNotification,
    powerMonitor,
    powerSaveBlocker,
    protocol: defaultSession.protocol,
    safeStorage,
    screen,
    session: guardObject({ defaultSession }, 'session'),
    shell,
    systemPreferences,
    Tray: ShellTray,
    utilityProcess,
    webContents,
    __shell: testHooks,
  },
  'electron',
);

Object.defineProperty(globalThis, '__chromiumShell', { value: testHooks });
