/** Runs in a utility process: provides `process.parentPort`, then loads the forked module. */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { presentSystem } from '../system.ts';

type Message = { data: unknown; ports: never[] };

/** Buffers the parent's messages until the first listener. */
class ParentPort extends EventEmitter {
  #early: Message[] | undefined = [];

  constructor() {
    super();
    process.on('message', (data) => this.#receive({ data, ports: [] }));
    this.on('newListener', (event) => {
      if (event === 'message') queueMicrotask(() => this.#deliverEarly());
    });
  }

  postMessage(message: unknown): void {
    process.send?.(structuredClone(message));
  }

  #receive(message: Message): void {
    if (this.#early) this.#early.push(message);
    else this.emit('message', message);
  }

  #deliverEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.emit('message', message);
  }
}

process.on('disconnect', () => process.exit(0)); // the parent has exited

const [modulePath, ...args] = process.argv.slice(2) as [string, ...string[]];
Object.defineProperty(process, 'parentPort', { value: new ParentPort() });
Object.defineProperty(process, 'type', { value: 'utility' });
presentSystem();
process.argv = [process.argv[0]!, modulePath, ...args];
createRequire(modulePath)(modulePath);
