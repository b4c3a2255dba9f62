import { Worker } from 'node:worker_threads';
import type { InputMessage, InputProcess } from '../inputPort';
import type { Logger } from '../../shared/runtime';

/**
 * Runs the input hook in threads of this process, one after another: the hook's library keeps one state for the whole
 * process, and a second start while the first still stops would do nothing without a word.
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
      // One that could not be stopped has nobody else to tell it to.
      this.#log.error('input thread failed', { error: String(error) });
      tell({ kind: 'failed', message: String(error) });
    };
    const run = async () => {
      if (isUnwanted) return exit(null);
      const { promise: ended, resolve: end } = Promise.withResolvers<number>();
      try {
        worker = new Worker(this.#file);
      } catch (error) {
        // The system has no more threads, say.
        fail(error);
        return exit(null);
      }
      worker.on('message', tell);
      worker.on('error', fail);
      worker.on('exit', end);
      exit(await ended);
    };
    // What a listener throws must keep neither the next thread from starting nor the app from quitting.
    this.#ended = this.#ended
      .then(run)
      .catch((error: unknown) => this.#log.error('input thread', { error: String(error) }));
    return {
      onMessage: (listener) => void listeners.push(listener),
      onExit: (listener) => void exits.push(listener),
      kill() {
        isUnwanted = true;
        // Any message ends it. Never `terminate`: a hook that calls into a thread which is being ended takes the whole
        // process with it.
        worker?.postMessage('stop');
      },
    };
  }
}
