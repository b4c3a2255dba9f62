import path from 'node:path';
import type { App } from 'electron';

/** What the command line says. `userDataDir` absolute. */
export type LaunchOptions = { userDataDir?: string; presetDestinationFile?: string };

/** Reads our own switches. `--user-data-dir=PATH` moves everything the app keeps under PATH. */
export function readLaunchOptions(app: Pick<App, 'commandLine'>): LaunchOptions {
  const value = (name: string) => app.commandLine.getSwitchValue(name) || undefined;
  const absolute = (file: string | undefined) => (file ? path.resolve(file) : undefined);
  return {
    userDataDir: absolute(value('user-data-dir')),
    presetDestinationFile: absolute(value('preset-destination')),
  };
}
