import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const lib = (name: string) => JSON.stringify(path.resolve('scripts', 'lib', name));
/** A command that says when it runs, and then waits to be ended. */
const WAITS = "console.log('waits'); setInterval(() => {}, 1000)";

/** Runs a program, stops it by `signal` as soon as something in it waits, and gives what it printed and its exit code. */
async function stopped(program: string, signal: NodeJS.Signals) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line === 'waits') child.kill(signal);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines };
}

it.runIf(process.platform !== 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a command and whoever runs it, before anything further', async (signal, code) => {
  const program = `const { run } = await import(${lib('run.mjs')});
    await run(process.execPath, ['-e', ${JSON.stringify(WAITS)}]);
    console.log('went on');`;
  expect(await stopped(program, signal)).toEqual({ code, lines: ['waits'] });
});

it.runIf(process.platform !== 'win32')(
  'a server that ends well when it is stopped has not failed',
  async () => {
    const program = `const { run } = await import(${lib('run.mjs')});
    await run(process.execPath, ['-e', ${JSON.stringify(`process.on('SIGINT', () => process.exit(0)); ${WAITS}`)}]);
    console.log('went on');`;
    expect(await stopped(program, 'SIGINT')).toEqual({ code: 0, lines: ['waits'] });
  },
);

it.runIf(process.platform !== 'win32')(
  'a stopped test run stops its servers and runs no further step',
  async () => {
    const program = `const { stopCode, tidyUpBeforeStop } = await import(${lib('run.mjs')});
      const { runSteps } = await import(${lib('runSteps.mjs')});
      const before = async () => ({ env: {}, stop: async () => console.log('servers stopped') });
      const args = (code) => ['-e', code];
      tidyUpBeforeStop();
      await runSteps(
        [
          { name: 'one', what: '', args: args(${JSON.stringify(WAITS)}), before },
          { name: 'two', what: '', args: args("console.log('went on')") },
        ],
        { node: process.execPath },
      );
      process.exit(stopCode());`;
    expect(await stopped(program, 'SIGINT')).toEqual({ code: 130, lines: ['waits', 'servers stopped'] });
  },
);
