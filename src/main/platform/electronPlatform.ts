import os from 'node:os';
import {
  app,
  clipboard,
  desktopCapturer,
  dialog,
  globalShortcut,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  utilityProcess,
} from 'electron';
import type { Logger } from '../../shared/runtime';
import type { Platform } from '../platformPort';
import { makePrivateFolder } from '../../lib/privateFolder';
import { systemClock } from '../../lib/systemClock';
import { systemHolder } from '../../lib/systemHolder';
import { activeWindowCapability, makeActiveWindow } from './activeWindow';
import { appMenu } from './appMenu';
import { captureCapabilities } from './captureCapabilities';
import { grantDisplayMedia, listCaptureSources, type CaptureParts } from './captureSources';
import { listDisplays, onDisplaysChanged } from './displays';
import { ensureHome } from './ensureHome';
import { finishBeforeQuit } from './finishBeforeQuit';
import { closeNetwork, ignoreDistrust, keepFilesPrivate } from './harden';
import { makeInputHooks, type InputHooks } from './inputProcess';
import { runWorker } from './workers';
import { readLaunchOptions, relaunchArguments, sandboxPages, type LaunchOptions } from './launchOptions';
import { makeLogger } from './logger';
import { countInputs, microphoneCapability, type MicrophoneProbe } from './microphone';
import { developmentOrigin, registerPageScheme, serveFiles, servePages } from './pages';
import { macPermissions, noPermissions } from './permissions';
import { hasWaylandWindows, isWayland } from './wayland';
import { makeSecretBox } from './secretBox';
import { lockDown } from './security';
import { isQuitMarkSet, keepQuitMark } from './quitMark';
import { onStarterGone } from './starter';
import { makeTransport } from './transport';
import { makeTray } from './tray';
import { makeWindows, type AppWindows } from './windows';

/** The app as the platform runs it; started once everything is ready. */
export type Runnable = { start(): Promise<void> };

/**
 * Starts Electron and creates the app. A second start on the same data folder shows the first one's window and exits.
 * An error that prevents the start is shown in a box and exits with code 1.
 */
export async function runOnElectron(createApp: (platform: Platform) => Runnable): Promise<void> {
  try {
    await bringUp(createApp);
  } catch (error) {
    dialog.showErrorBox('Session Recorder could not start', String(error));
    app.exit(1);
  }
}

async function bringUp(createApp: (platform: Platform) => Runnable): Promise<void> {
  ensureHome(process.env);
  const options = readLaunchOptions(app);
  if (options.userDataDir) app.setPath('userData', options.userDataDir);
  keepFilesPrivate();
  makePrivateFolder(app.getPath('userData'));
  const isFirst = app.requestSingleInstanceLock({ quit: options.quit } satisfies SecondStart);
  if (!isFirst || options.quit) {
    // Tells the person who typed the command what happened.
    const isQuitting = !isFirst && isQuitMarkSet(app.getPath('userData'));
    process.stdout.write(`${wordsOfSecondStart({ isFirst, isQuitting, quit: options.quit })}\n`);
    app.exit(0);
    return;
  }
  sandboxPages(app);
  registerPageScheme();
  closeNetwork(app.commandLine, developmentOrigin);
  askPortalForShortcuts();
  await app.whenReady();
  const { platform, windows, capture } = makePlatform(options);
  logStrays(platform.log);
  ignoreDistrust(process.env, platform.log);
  servePages();
  grantDisplayMedia(session.defaultSession, capture, {
    chosenSourceId: windows.chosenSourceId,
    onAnswer: windows.noteGrant,
    log: platform.log,
  });
  lockDown((contents) => windows.kindOf(contents) === 'capture');
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform)));
  // The app decides whether to continue without a window (a recording or an upload may be running).
  app.on('window-all-closed', () => undefined);
  const show = () =>
    void windows
      .showMain()
      .catch((error: unknown) => platform.log.warn('not shown', { error: String(error) }));
  const quitMark = keepQuitMark(app, platform.log);
  app.on('second-instance', (_event, _argv, _folder, second) => {
    if ((second as SecondStart | undefined)?.quit === true) app.quit();
    else if (!quitMark.isSet) show();
  });
  if (process.platform === 'darwin') app.on('activate', () => !quitMark.isSet && show());
  await createApp(platform).start();
  // `npm start` waits for this line before it prints what else is running.
  process.stdout.write('Session Recorder is open.\n');
  quitWithStarter(options, platform.log);
}

/** The data that a second start passes to the first instance. */
type SecondStart = { quit: boolean };

type FoundBySecondStart = { isFirst: boolean; isQuitting: boolean; quit: boolean };

function wordsOfSecondStart({ isFirst, isQuitting, quit }: FoundBySecondStart): string {
  if (isQuitting) return 'Session Recorder is quitting. Start it again once it has finished its work.';
  if (!quit) return 'Session Recorder is already running; its window is shown.';
  return isFirst ? 'Session Recorder is not running.' : 'Session Recorder was asked to quit.';
}

/** An `npm start` that is killed with SIGKILL cannot forward a signal, so the app has to notice and quit. */
function quitWithStarter({ startedBy }: LaunchOptions, log: Logger): void {
  if (startedBy === undefined) return;
  const gone = () => {
    log.warn('the process that started the app has gone', { startedBy });
    app.quit();
  };
  onStarterGone(startedBy, gone, {
    ...{ clock: systemClock, isAlive: (pid) => systemHolder.isAlive(pid) },
    parentId: () => process.ppid,
  });
}

/** Never prompts the user. */
function mayObserveInput(): boolean {
  return process.platform === 'darwin' && systemPreferences.isTrustedAccessibilityClient(false);
}

function makePlatform(options: LaunchOptions) {
  const userDataDir = app.getPath('userData');
  const { log, hideSecret } = makeLogger(userDataDir);
  const wayland = process.platform === 'linux' && isWayland(process.env);
  const windows = makeWindows(log, { wayland: wayland && hasOwnWindows() });
  const permissions =
    process.platform === 'darwin'
      ? macPermissions({ systemPreferences, desktopCapturer, shell, log })
      : noPermissions;
  const capture: CaptureParts = { desktopCapturer, permissions, displays: listDisplays, wayland };
  const hooks = makeInputHooks({
    ...{ os: process.platform, utilityProcess, mayObserveInput, folder: __dirname, log },
    displays: () => screen.getAllDisplays(),
  });
  const platform: Platform = {
    app: { name: app.getName(), version: app.getVersion() },
    os: { platform: process.platform, release: os.release(), arch: process.arch },
    userDataDir,
    env: process.env,
    presetDestinationFile: options.presetDestinationFile,
    secrets: makeSecretBox({ safeStorage, platform: process.platform, log }),
    transport: makeTransport(windows),
    windows,
    log,
    hideSecret,
    permissions,
    listCaptureSources: (how) => listCaptureSources(capture, how),
    captureCapabilities: () =>
      captureCapabilities({
        ...capture,
        activeWindow: activeWindowCapability,
        microphone: () => microphoneCapability(microphoneProbe(windows)),
      }),
    listDisplays,
    onDisplaysChanged,
    startInputProcess: hooks.start,
    pointerAt: () => (wayland ? null : screen.getCursorScreenPoint()),
    runWorker,
    activeWindow: makeActiveWindow(log),
    setTray: makeTray(),
    registerShortcut: (accelerator, run) => globalShortcut.register(accelerator, run),
    asksForShortcuts: wayland && hasOwnWindows(),
    onWake: (listener) => void powerMonitor.on('resume', listener),
    keepAwake() {
      const id = powerSaveBlocker.start('prevent-app-suspension');
      return () => void powerSaveBlocker.stop(id);
    },
    showInFolder: (file) => shell.showItemInFolder(file),
    serveFiles,
    copyText: (text) => clipboard.writeText(text),
    onBeforeQuit: (run) =>
      finishBeforeQuit({ app, log, steps: [run, () => endHooks(hooks, log), dropShortcuts] }),
    quit: () => app.quit(),
    restart() {
      app.relaunch({ args: relaunchArguments(process.argv) });
      app.quit();
    },
  };
  return { platform, windows, capture };
}

function hasOwnWindows(): boolean {
  return hasWaylandWindows(process.env, (name) => app.commandLine.getSwitchValue(name));
}

/** On Wayland the desktop portal provides shortcuts; Electron uses it only with this feature. Call before `ready`. */
function askPortalForShortcuts(): void {
  if (process.platform !== 'linux' || !hasOwnWindows()) return;
  const features = [app.commandLine.getSwitchValue('enable-features'), 'GlobalShortcutsPortal'];
  app.commandLine.appendSwitch('enable-features', features.filter(Boolean).join(','));
}

function microphoneProbe(windows: AppWindows): MicrophoneProbe {
  return {
    clock: systemClock,
    // Linux has no such switch.
    access: () =>
      process.platform === 'linux' ? 'unknown' : systemPreferences.getMediaAccessStatus('microphone'),
    countInputs: () => countInputs(windows.mainPage()),
  };
}

async function dropShortcuts(): Promise<void> {
  globalShortcut.unregisterAll();
}

const HOOK_ENDS_MS = 2000;

/** A thread that still has the hook keeps the process from exiting. All work is finished by now: exit at once. */
async function endHooks(hooks: InputHooks, log: Logger): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = systemClock.setTimeout(() => resolve('late'), HOOK_ENDS_MS);
  const outcome = await Promise.race([hooks.ended(), late]);
  systemClock.clearTimeout(timer);
  if (outcome !== 'late') return;
  log.error('the input hook does not end');
  app.once('quit', () => process.kill(process.pid, 'SIGKILL'));
}

/** An unhandled rejection must not end a recording, but it has to be logged. */
function logStrays(log: Logger): void {
  process.on('unhandledRejection', (reason) => {
    log.error('unhandled rejection', { error: reason instanceof Error ? reason.stack : String(reason) });
  });
  // Only observes: Electron shows the error itself.
  process.on('uncaughtExceptionMonitor', (error) => log.error('uncaught exception', { error: error.stack }));
  // A closed terminal must not make Electron show its uncaught-error box.
  for (const output of [process.stdout, process.stderr])
    output.on('error', (error) => log.warn('terminal not reached', { error: String(error) }));
}
