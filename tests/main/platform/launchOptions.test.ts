import path from 'node:path';
import { expect, it } from 'vitest';
import { readLaunchOptions } from '../../../src/main/platform/launchOptions';

/** A command line as Electron gives it: the value of a switch without one is empty. */
function appWith(switches: Record<string, string>) {
  return {
    commandLine: {
      hasSwitch: (name: string) => name in switches,
      getSwitchValue: (name: string) => switches[name] ?? '',
    },
  };
}

it('reads our switches as absolute paths, and misses none', () => {
  expect(readLaunchOptions(appWith({}))).toEqual({});
  expect(readLaunchOptions(appWith({ 'user-data-dir': 'data', 'preset-destination': '/b.json' }))).toEqual({
    userDataDir: path.resolve('data'),
    presetDestinationFile: '/b.json',
  });
});

it.each(['user-data-dir', 'preset-destination'])('does not ignore --%s without a value', (name) => {
  for (const value of ['', ' '])
    expect(() => readLaunchOptions(appWith({ [name]: value }))).toThrow(
      `--${name} needs a path. Write it with an equals sign: --${name}=PATH.`,
    );
});
