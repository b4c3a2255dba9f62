/** Starts an Electron app's bundles on Node and Chromium; the launcher in dist/ runs this. */
import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import electronPackage from 'electron/package.json' with { type: 'json' };
import { app } from './app/app.ts';
import { locateApp, type AppBundle } from './appBundle.ts';
import { chromium } from './chromium/chromium.ts';
import { findChromium } from './chromium/findChromium.ts';
import { parseCommandLine, type Invocation } from './commandLine.ts';
import { electron } from './electron.ts';
import { screen } from './host/screen.ts';
import { provideElectron } from './moduleHook.ts';
import { quitWhenAsked } from './signals.ts';
import { presentSystem } from './system.ts';
import { watchForWindows } from './window/opening.ts';
import { windowManager } from './x11/windowManager.ts';

function describeProcess(): void {
  const versions = { ...process.versions, electron: electronPackage.version, chrome: '0.0.0.0' };
  Object.defineProperties(process, {
    versions: { value: versions },
    type: { value: 'browser' },
    defaultApp: { value: true },
    resourcesPath: { value: path.join(import.meta.dirname, '..', 'resources') },
  });
}

function loadApp(invocation: Invocation, bundle: AppBundle): void {
  const { preloads, ownArguments, target, appArguments } = invocation;
  const executable = process.env.SHELL_SELF ?? process.execPath;
  const require = createRequire(path.join(bundle.folder, 'package.json'));
  // A test tool's preload expects its own switches before the app's folder and removes them.
  process.argv = [executable, ...ownArguments, target, ...appArguments];
  for (const preload of preloads) require(path.resolve(preload));
  process.argv = [executable, target, ...appArguments];
  require(bundle.mainFile);
}

async function startUnderneath(debuggingPort: string | undefined): Promise<void> {
  await windowManager.start();
  await screen.start();
  chromium.on('exit', () => app.chromiumLost());
  const version = await chromium.start({
    binary: findChromium(),
    profileDir: path.join(app.getPath('userData'), 'ShellChromium'),
    switches: app.commandLine.all,
    debuggingPort,
  });
  Object.assign(process.versions, { chrome: version });
  await watchForWindows();
}

async function run(): Promise<void> {
  if (process.platform !== 'linux') throw new Error('The Chromium shell runs on Linux only.');
  if (!process.env.DISPLAY) {
    throw new Error('The Chromium shell needs an X display: set DISPLAY, or run under xvfb-run.');
  }
  findChromium(); // fails before the app does anything
  const invocation = parseCommandLine(process.argv.slice(2));
  const bundle = locateApp(invocation.target);
  describeProcess();
  app.identify(bundle);
  for (const { name, value } of invocation.switches) app.commandLine.appendSwitch(name, value);
  if (invocation.inspectPort !== undefined) inspector.open(invocation.inspectPort, '127.0.0.1');
  quitWhenAsked();
  provideElectron(electron);
  presentSystem();
  loadApp(invocation, bundle);
  await nextTurn(); // a second instance may exit before anything starts
  if (app.isLeaving) return;
  await startUnderneath(invocation.debuggingPort);
  app.becomeReady();
}

run().catch((error: Error) => {
  process.stderr.write(`${process.env.SHELL_DEBUG ? error.stack : error.message}\n`);
  process.exit(1);
});
