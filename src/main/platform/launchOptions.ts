import path from 'node:path';
import type { App } from 'electron';

/** What the command line says. */
export type LaunchOptions = {
  /** Absolute. */
  userDataDir?: string;
  /** Absolute. */
  presetDestinationFile?: string;
  /** The process that started the app: when it has gone, nobody is left to ask the app to quit. */
  startedBy?: number;
  /** This start only asks the app that runs on the same data folder to quit. */
  quit: boolean;
};

const STARTED_BY = 'started-by';

/**
 * Reads our own switches. `--user-data-dir=PATH` moves everything the app keeps under PATH.
 * @throws Error with a sentence where a switch has no value or a wrong one; to ignore it would use the wrong folder
 */
export function readLaunchOptions(app: { commandLine: SwitchReader }): LaunchOptions {
  return {
    userDataDir: absolute(app, 'user-data-dir'),
    presetDestinationFile: absolute(app, 'preset-destination'),
    startedBy: processId(app, STARTED_BY),
    quit: app.commandLine.hasSwitch('quit'),
  };
}

/** The arguments for an app that takes the place of this one: it outlives the process that started this one. */
export function relaunchArguments(argv: readonly string[]): string[] {
  return argv.slice(1).filter((arg) => !arg.startsWith(`--${STARTED_BY}=`));
}

/** `enableSandbox()` takes `--no-sandbox` away again, without which Electron does not start as root. */
export function sandboxPages(app: Pick<App, 'enableSandbox'> & { commandLine: SwitchReader }): void {
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
}

type SwitchReader = Pick<App['commandLine'], 'hasSwitch' | 'getSwitchValue'>;

function absolute({ commandLine }: { commandLine: SwitchReader }, name: string): string | undefined {
  if (!commandLine.hasSwitch(name)) return undefined;
  const value = commandLine.getSwitchValue(name);
  // Chromium's switches take no value after a blank.
  if (!value.trim()) throw new Error(`--${name} needs a path. Write it with an equals sign: --${name}=PATH.`);
  return path.resolve(value);
}

function processId({ commandLine }: { commandLine: SwitchReader }, name: string): number | undefined {
  if (!commandLine.hasSwitch(name)) return undefined;
  const id = Number(commandLine.getSwitchValue(name));
  if (!Number.isSafeInteger(id) || id <= 0) throw new Error(`--${name} needs the number of a process.`);
  return id;
}
