import { Worker } from 'node:worker_threads';
import type { InputMessage, InputProcess } from '../inputPort';
import type { Logger } from '../../shared/runtime';

/**
 * Runs the input hook in threads of this process, one after another: the hook's library has one state per process, and
 * a second start during a stop would silently do nothing.
 */
export class InputThreads {
  #ended: Promise<void> = Promise.resolve();
  readonly #file: string;
  readonly #log: Logger;

  /** @param file the thread's module */
  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  /** Resolves when no thread runs any more. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  start(): InputProcess {
    const listeners: ((message: InputMessage) => void)[] = [];
    const exits: ((code: number | null) => void)[] = [];
    let worker: Worker | undefined;
    let isUnwanted = false;
    const tell = (message: InputMessage) => {
      for (const listener of listeners) listener(message);
    };
    const exit = (code: number | null) => {
      for (const listener of exits) listener(code);
    };
    const fail = (error: unknown) => {
      // After a failed stop nothing else reports the error.
      this.#log.error('input thread failed', { error: String(error) });
      tell({ kind: 'failed', message: String(error) });
    };
    const run = async () => {
      if (isUnwanted) return exit(null);
      const { promise: ended, resolve: end } = Promise.withResolvers<number>();
      try {
        worker = new Worker(this.#file);
      } catch (error) {
        // E.g. the system has no more threads.
        fail(error);
        return exit(null);
      }
      worker.on('message', tell);
      worker.on('error', fail);
      worker.on('exit', end);
      exit(await ended);
    };
    // An error in a listener must not keep the next thread from starting or the app from quitting.
    this.#ended = this.#ended
      .then(run)
      .catch((error: unknown) => this.#log.error('input thread', { error: String(error) }));
    return {
      onMessage: (listener) => void listeners.push(listener),
      onExit: (listener) => void exits.push(listener),
      kill() {
        isUnwanted = true;
        // Any message stops the thread. Never `terminate`: a hook that calls into a terminating thread crashes the
        // process.
        worker?.postMessage('stop');
      },
    };
  }
}
