import type Electron from 'electron';
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { chromium } from '../chromium/chromium.ts';
import { guardClass } from '../notImplemented.ts';
import { PreventableEvent } from '../preventableEvent.ts';
import { windowRegistry } from '../window/registry.ts';
import { AppCommandLine } from './appCommandLine.ts';
import { AppPaths } from './appPaths.ts';
import { SingleInstance } from './singleInstance.ts';

type Implemented = Pick<
  Electron.App,
  | 'whenReady'
  | 'isReady'
  | 'quit'
  | 'exit'
  | 'relaunch'
  | 'getPath'
  | 'setPath'
  | 'getName'
  | 'setName'
  | 'getVersion'
  | 'getAppPath'
  | 'isPackaged'
  | 'getLocale'
  | 'requestSingleInstanceLock'
  | 'hasSingleInstanceLock'
  | 'releaseSingleInstanceLock'
  | 'enableSandbox'
  | 'disableHardwareAcceleration'
  | 'focus'
  | 'setAppUserModelId'
  | 'getAppMetrics'
>;

const UNMEASURED = {
  type: 'Browser',
  creationTime: 0,
  cpu: { percentCPUUsage: 0, idleWakeupsPerSecond: 0 },
  memory: { workingSetSize: 0, peakWorkingSetSize: 0 },
} as const;

export type AppIdentity = { folder: string; name: string; version: string };

export class ShellApp extends EventEmitter implements Implemented {
  readonly isPackaged = false;
  readonly commandLine = new AppCommandLine();
  readonly #paths = new AppPaths(() => this.#name);
  readonly #instance = new SingleInstance();
  readonly #whenReady = Promise.withResolvers<void>();
  #name = 'Electron';
  #version = '0.0.0';
  #folder = process.cwd();
  /** Windows can be created. Unlike `isReady`, no test tool delays it. @internal */
  isStarted = false;
  #isQuitting = false;
  #isLeaving = false;

  constructor() {
    super();
    windowRegistry.on('removed', () => this.#windowClosed());
    windowRegistry.on('close-refused', () => (this.#isQuitting = false));
  }

  /** @internal */
  identify({ folder, name, version }: AppIdentity): void {
    this.#folder = folder;
    this.#name = name;
    this.#version = version;
  }

  /** The shell has started everything that the app needs. @internal */
  becomeReady(): void {
    if (this.#isLeaving) return;
    this.isStarted = true;
    this.emit('will-finish-launching');
    this.#whenReady.resolve();
    this.emit('ready', {}, {});
  }

  /** Whether exit or quit was called before the app was ready, so that nothing needs to start. @internal */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  whenReady(): Promise<void> {
    return this.#whenReady.promise;
  }

  isReady(): boolean {
    return this.isStarted;
  }

  quit(): void {
    if (this.#isQuitting || this.#isLeaving) return;
    if (!this.#agrees('before-quit')) return;
    this.#isQuitting = true;
    if (windowRegistry.size === 0) this.#finishQuitting();
    for (const window of windowRegistry.all()) window.close();
  }

  /** Exits without asking windows, but waits for Chromium and for a message to the first instance. */
  exit(exitCode = 0): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.emit('quit', {}, exitCode);
    void Promise.allSettled([chromium.stop(), this.#instance.handedOver]).then(() => process.exit(exitCode));
  }

  relaunch(options: Electron.RelaunchOptions = {}): void {
    const args = options.args ?? process.argv.slice(1);
    process.once('exit', () => {
      spawn(options.execPath ?? this.getPath('exe'), args, { detached: true, stdio: 'ignore' }).unref();
    });
  }

  getPath(name: string): string {
    return this.#paths.get(name);
  }

  setPath(name: string, folder: string): void {
    this.#paths.set(name, folder);
  }

  getName(): string {
    return this.#name;
  }

  setName(name: string): void {
    this.#name = name;
  }

  getVersion(): string {
    return this.#version;
  }

  getAppPath(): string {
    return this.#folder;
  }

  getLocale(): string {
    return this.isStarted ? Intl.DateTimeFormat().resolvedOptions().locale : '';
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    const own = { argv: process.argv, cwd: process.cwd(), data: additionalData };
    return this.#instance.request(this.getPath('userData'), own, ({ argv, cwd, data }) => {
      void this.#whenReady.promise.then(() => this.emit('second-instance', {}, argv, cwd, data));
    });
  }

  hasSingleInstanceLock(): boolean {
    return this.#instance.isHeld;
  }

  releaseSingleInstanceLock(): void {
    this.#instance.release();
  }

  focus(): void {
    windowRegistry.all().at(-1)?.focus();
  }

  /** Every page is sandboxed if the shell's Chromium is; as in Electron, `--no-sandbox` does not count. */
  enableSandbox(): void {
    if (this.isStarted) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.commandLine.removeSwitch('no-sandbox');
    this.commandLine.appendSwitch('enable-sandbox');
  }

  /** The shell's Chromium never uses the GPU. */
  disableHardwareAcceleration(): void {}

  setAppUserModelId(_id: string): void {}

  /** The pids of the app's processes that have windows; nothing is measured. */
  getAppMetrics(): Electron.ProcessMetric[] {
    return [process.pid, chromium.pid]
      .filter((pid) => pid !== undefined)
      .map((pid) => ({ pid, ...UNMEASURED }));
  }

  /** Chromium exited unexpectedly: the app cannot continue, and the exit code must show the failure. @internal */
  chromiumLost(): void {
    if (this.#isLeaving) return;
    process.stderr.write('Chromium shell: Chromium went away.\n');
    this.#isLeaving = true;
    for (const window of windowRegistry.all()) window.lost();
    this.emit('will-quit', new PreventableEvent());
    this.emit('quit', {}, 1);
    process.exit(1);
  }

  #agrees(event: 'before-quit' | 'will-quit'): boolean {
    const asked = new PreventableEvent();
    this.emit(event, asked);
    return !asked.defaultPrevented;
  }

  #windowClosed(): void {
    if (windowRegistry.size > 0 || this.#isLeaving) return;
    if (this.#isQuitting) this.#finishQuitting();
    else if (!this.emit('window-all-closed')) this.quit();
  }

  #finishQuitting(): void {
    if (this.#agrees('will-quit')) this.exit(0);
    else this.#isQuitting = false;
  }
}

guardClass(ShellApp, 'app', { setAppUserModelId: ['win32'] });
export const app = new ShellApp();
