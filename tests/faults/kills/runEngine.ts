import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineJob } from './engineProcess';

const here = path.dirname(fileURLToPath(import.meta.url));

/** How a process of the engine ended: by kill -9, or with the upload in this status after so many writes of state. */
export type EngineEnd = { killed: true } | { killed: false; status: string; writes: number };

/**
 * Runs the engine in a process of its own until its upload is over or it is killed.
 * @param runner a command that runs the command after it
 */
export function runEngine(
  job: EngineJob,
  runner: readonly string[] = [],
): { child: ChildProcess; ended: Promise<EngineEnd> } {
  const [program, ...args] = [
    ...runner,
    process.execPath,
    ...['--experimental-transform-types', '--no-warnings'],
    ...['--import', path.join(here, 'resolveTs.mjs'), path.join(here, 'engineProcess.ts')],
    JSON.stringify(job),
  ];
  // Not the test runner's own options for its workers.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let out = '';
  let complaints = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (complaints += text));
  const ended = new Promise<EngineEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const [, status, writes] = /^(\w+) (\d+)$/m.exec(out) ?? [];
      if (signal === 'SIGKILL') resolve({ killed: true });
      else if (status) resolve({ killed: false, status, writes: Number(writes) });
      else reject(new Error(`the engine ended with ${code}: ${complaints}`));
    });
  });
  return { child, ended };
}
