import path from 'node:path';
import type { App } from 'electron';

/** The app's command-line options. */
export type LaunchOptions = {
  /** Absolute. */
  userDataDir?: string;
  /** Absolute. */
  presetDestinationFile?: string;
  /** The pid of the process that started the app. The app quits when it has exited. */
  startedBy?: number;
  /** This start only asks the running app on the same data folder to quit. */
  quit: boolean;
};

const STARTED_BY = 'started-by';

/**
 * Reads the app's own switches. `--user-data-dir=PATH` moves all the app's data under PATH.
 * @throws Error if a switch has no value or a wrong one; ignoring it would use the wrong folder
 */
export function readLaunchOptions(app: { commandLine: SwitchReader }): LaunchOptions {
  return {
    userDataDir: absolute(app, 'user-data-dir'),
    presetDestinationFile: absolute(app, 'preset-destination'),
    startedBy: processId(app, STARTED_BY),
    quit: app.commandLine.hasSwitch('quit'),
  };
}

/** The arguments for the relaunched app, without `startedBy`: it outlives the process that started this one. */
export function relaunchArguments(argv: readonly string[]): string[] {
  return argv.slice(1).filter((arg) => !arg.startsWith(`--${STARTED_BY}=`));
}

/** `enableSandbox()` removes `--no-sandbox`, and without that switch Electron does not start as root. */
export function sandboxPages(app: Pick<App, 'enableSandbox'> & { commandLine: SwitchReader }): void {
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
}

type SwitchReader = Pick<App['commandLine'], 'hasSwitch' | 'getSwitchValue'>;

function absolute({ commandLine }: { commandLine: SwitchReader }, name: string): string | undefined {
  if (!commandLine.hasSwitch(name)) return undefined;
  const value = commandLine.getSwitchValue(name);
  // Chromium does not accept a switch's value after a space.
  if (!value.trim()) throw new Error(`--${name} needs a path. Write it with an equals sign: --${name}=PATH.`);
  return path.resolve(value);
}

function processId({ commandLine }: { commandLine: SwitchReader }, name: string): number | undefined {
  if (!commandLine.hasSwitch(name)) return undefined;
  const id = Number(commandLine.getSwitchValue(name));
  if (!Number.isSafeInteger(id) || id <= 0) throw new Error(`--${name} needs the number of a process.`);
  return id;
}
