import type Electron from 'electron';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { guardClass, guardObject } from '../notImplemented.ts';
import { spawnBound } from '../x11/tools.ts';

const hostFile = path.join(import.meta.dirname, 'utilityHost.ts');

type Implemented = Pick<Electron.UtilityProcess, 'kill' | 'postMessage' | 'pid' | 'stdout' | 'stderr'>;
type OutputKind = 'pipe' | 'ignore' | 'inherit';

function outputs(stdio: Electron.ForkOptions['stdio']): [OutputKind, OutputKind] {
  if (Array.isArray(stdio)) return [stdio[1] as OutputKind, stdio[2] as OutputKind];
  const both = (stdio ?? 'inherit') as OutputKind;
  return [both, both];
}

/** A Node child process with `process.parentPort`; the kernel ends it together with its parent. */
export class ShellUtilityProcess extends EventEmitter implements Implemented {
  readonly #child: ChildProcess;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  #isSpawned = false;

  constructor(modulePath: string, args: readonly string[], options: Electron.ForkOptions) {
    super();
    const nodeArgs = [
      '--experimental-strip-types',
      '--disable-warning=ExperimentalWarning',
      ...(options.execArgv ?? []),
    ];
    this.#child = spawnBound(process.execPath, [...nodeArgs, hostFile, modulePath, ...args], {
      stdio: ['ignore', ...outputs(options.stdio), 'ipc'],
      serialization: 'advanced',
      cwd: options.cwd,
      env: (options.env ?? process.env) as NodeJS.ProcessEnv,
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    this.#child.once('spawn', () => {
      this.#isSpawned = true;
      this.emit('spawn');
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.once('exit', (code, signal) => this.#exited(code ?? signalCode(signal)));
    this.#child.once('error', () => this.#exited(1));
  }

  /** Undefined before the start and after the exit. */
  get pid(): number | undefined {
    return this.#isSpawned ? this.#child.pid : undefined;
  }

  postMessage(message: unknown, transfer?: unknown[]): void {
    if (transfer && transfer.length > 0)
      throw new Error('Message ports are not implemented in the Chromium shell');
    if (this.#child.connected) this.#child.send(structuredClone(message) as object);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }

  #exited(code: number): void {
    this.#isSpawned = false;
    this.emit('exit', code);
  }
}

/** As Electron reports a child that a signal ended: the signal's number. */
function signalCode(signal: NodeJS.Signals | null): number {
  return signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 1;
}

guardClass(ShellUtilityProcess, 'utilityProcess');

export const utilityProcess = guardObject(
  {
    fork(modulePath: string, args: string[] = [], options: Electron.ForkOptions = {}): ShellUtilityProcess {
      return new ShellUtilityProcess(modulePath, args, options);
    },
  },
  'utilityProcess',
);
