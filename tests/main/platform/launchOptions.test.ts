import path from 'node:path';
import { expect, it } from 'vitest';
import { readLaunchOptions, relaunchArguments, sandboxPages } from '../../../src/main/platform/launchOptions';

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
  expect(readLaunchOptions(appWith({}))).toEqual({ quit: false });
  expect(readLaunchOptions(appWith({ 'user-data-dir': 'data', 'preset-destination': '/b.json' }))).toEqual({
    userDataDir: path.resolve('data'),
    presetDestinationFile: '/b.json',
    quit: false,
  });
  expect(readLaunchOptions(appWith({ quit: '', 'started-by': '41' }))).toEqual({ quit: true, startedBy: 41 });
});

it.each(['user-data-dir', 'preset-destination'])('does not ignore --%s without a value', (name) => {
  for (const value of ['', ' '])
    expect(() => readLaunchOptions(appWith({ [name]: value }))).toThrow(
      `--${name} needs a path. Write it with an equals sign: --${name}=PATH.`,
    );
});

it.each(['', '0', '-1', 'npm', '1.5'])('does not ignore --started-by=%s', (value) => {
  expect(() => readLaunchOptions(appWith({ 'started-by': value }))).toThrow('needs the number of a process');
});

it('a restart leaves out the starter, which ends with the app that it started', () => {
  const argv = ['/electron', '.', '--user-data-dir=/data', '--started-by=41'];
  expect(relaunchArguments(argv)).toEqual(['.', '--user-data-dir=/data']);
});

it.each([
  [{}, 1],
  [{ 'no-sandbox': '' }, 0],
])('with %o the sandbox is asked for %d times', (switches, expected) => {
  let asked = 0;
  sandboxPages({ ...appWith(switches), enableSandbox: () => void asked++ });
  expect(asked).toBe(expected);
});
