import path from 'node:path';
import type { App } from 'electron';

/** What the command line says. `userDataDir` absolute. */
export type LaunchOptions = { userDataDir?: string; presetDestinationFile?: string };

/**
 * Reads our own switches. `--user-data-dir=PATH` moves everything the app keeps under PATH.
 * @throws Error with a sentence where a switch has no value; to ignore it would use the wrong folder
 */
export function readLaunchOptions(app: { commandLine: SwitchReader }): LaunchOptions {
  return {
    userDataDir: absolute(app, 'user-data-dir'),
    presetDestinationFile: absolute(app, 'preset-destination'),
  };
}

type SwitchReader = Pick<App['commandLine'], 'hasSwitch' | 'getSwitchValue'>;

function absolute({ commandLine }: { commandLine: SwitchReader }, name: string): string | undefined {
  if (!commandLine.hasSwitch(name)) return undefined;
  const value = commandLine.getSwitchValue(name);
  // Chromium's switches take no value after a blank.
  if (!value.trim()) throw new Error(`--${name} needs a path. Write it with an equals sign: --${name}=PATH.`);
  return path.resolve(value);
}
