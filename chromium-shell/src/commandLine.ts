import type { Switch } from './chromium/switches.ts';

/** The launcher's arguments, parsed as Electron does. */
export type Invocation = {
  /** Modules to load before the app (-r). */
  preloads: string[];
  /** The inspector's port; absent without --inspect. */
  inspectPort?: number;
  debuggingPort?: string;
  /** The app's folder or main file. */
  target: string;
  /** All switches, at any position. */
  switches: Switch[];
  /** The arguments after the target, unchanged. */
  appArguments: string[];
  /** The arguments before the app's folder, unchanged: test tools look for their own. */
  ownArguments: string[];
};

const defaultInspectPort = 9229;

function parseSwitch(argument: string): Switch | undefined {
  const found = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
  return found ? { name: found[1]!, value: found[2] } : undefined;
}

function inspectPortOf(value: string | undefined): number {
  return value ? Number(value.split(':').at(-1)) : defaultInspectPort;
}

export function parseCommandLine(args: readonly string[]): Invocation {
  const preloads: string[] = [];
  let at = 0;
  for (; at < args.length && args[at]!.startsWith('-'); at++) {
    if (args[at] === '-r' || args[at] === '--require') preloads.push(args[++at]!);
  }
  const switches = args.map(parseSwitch).filter((parsed) => parsed !== undefined);
  const inspect = args
    .slice(0, at)
    .map(parseSwitch)
    .find((parsed) => parsed?.name === 'inspect');
  return {
    preloads,
    inspectPort: inspect && inspectPortOf(inspect.value),
    debuggingPort: switches.findLast(({ name }) => name === 'remote-debugging-port')?.value,
    target: args[at] ?? '.',
    switches: switches.filter(({ name }) => name !== 'inspect' && name !== 'require'),
    appArguments: args.slice(at + 1),
    ownArguments: args.slice(0, at),
  };
}
