import type Electron from 'electron';
import type { Switch } from '../chromium/switches.ts';
import { guardClass } from '../notImplemented.ts';

type Implemented = Pick<
  Electron.CommandLine,
  'appendSwitch' | 'hasSwitch' | 'getSwitchValue' | 'removeSwitch'
>;

/** `app.commandLine`: the shell's command-line switches, and those that the app adds for Chromium. */
export class AppCommandLine implements Implemented {
  #switches: Switch[] = [];

  appendSwitch(name: string, value?: string): void {
    this.#switches.push({ name: name.toLowerCase(), value });
  }

  hasSwitch(name: string): boolean {
    return this.#switches.some((given) => given.name === name);
  }

  /** The last value; empty if there is none. */
  getSwitchValue(name: string): string {
    return this.#switches.findLast((given) => given.name === name)?.value ?? '';
  }

  removeSwitch(name: string): void {
    this.#switches = this.#switches.filter((given) => given.name !== name);
  }

  /** @internal */
  get all(): readonly Switch[] {
    return this.#switches;
  }
}

guardClass(AppCommandLine, 'app.commandLine');
