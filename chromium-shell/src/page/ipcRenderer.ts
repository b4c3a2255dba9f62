import { decodeValue, encodeValue, type Base64 } from './codec.ts';

/** The preload's end of IPC: sends text over one CDP binding, receives text through one global function. */
export type OutgoingHead =
  | { kind: 'send'; channel: string }
  | { kind: 'invoke'; channel: string; id: number }
  | { kind: 'ask'; question: string; id: number };

type Listener = (event: object, ...args: unknown[]) => void;
type Stored = { call: Listener; original: Listener };
type Waiting = { resolve(value: unknown): void; reject(error: Error): void; errorPrefix: string };

export class RendererIpc {
  readonly #post: (text: string) => void;
  readonly #base64: Base64;
  readonly #listeners = new Map<string, Stored[]>();
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(post: (text: string) => void, base64: Base64) {
    this.#post = post;
    this.#base64 = base64;
  }

  /** The preload's `ipcRenderer`. */
  readonly api = {
    on: (channel: string, listener: Listener) => this.#add(channel, { call: listener, original: listener }),
    addListener: (channel: string, listener: Listener) =>
      this.#add(channel, { call: listener, original: listener }),
    once: (channel: string, listener: Listener) => {
      const call: Listener = (...args) => {
        this.#remove(channel, listener);
        listener(...args);
      };
      return this.#add(channel, { call, original: listener });
    },
    off: (channel: string, listener: Listener) => this.#remove(channel, listener),
    removeListener: (channel: string, listener: Listener) => this.#remove(channel, listener),
    removeAllListeners: (channel?: string) => {
      if (channel === undefined) this.#listeners.clear();
      else this.#listeners.delete(channel);
      return this.api;
    },
    listenerCount: (channel: string): number => this.#listeners.get(channel)?.length ?? 0,
    send: (channel: string, ...args: unknown[]): void => this.#write({ kind: 'send', channel }, args),
    invoke: (channel: string, ...args: unknown[]): Promise<unknown> =>
      this.#request(
        (id) => ({ kind: 'invoke', channel, id }),
        args,
        `Error invoking remote method '${channel}': `,
      ),
    sendSync: (channel: string) => notAvailable(`ipcRenderer.sendSync('${channel}')`),
    postMessage: (channel: string) => notAvailable(`ipcRenderer.postMessage('${channel}')`),
    sendToHost: (channel: string) => notAvailable(`ipcRenderer.sendToHost('${channel}')`),
  };

  /** Asks the shell itself, not the app. */
  ask(question: string, ...args: unknown[]): Promise<unknown> {
    return this.#request((id) => ({ kind: 'ask', question, id }), args, '');
  }

  /** An event from main. */
  deliver(channel: string, body: string): void {
    const args = decodeValue(body, this.#base64) as unknown[];
    for (const { call } of [...(this.#listeners.get(channel) ?? [])]) {
      try {
        call({ sender: this.api, ports: [] }, ...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** A reply from main; a failure's body is its message. */
  settle(id: number, ok: boolean, body: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (!waiting) return;
    if (ok) waiting.resolve(decodeValue(body, this.#base64));
    else waiting.reject(new Error(waiting.errorPrefix + body));
  }

  #request(head: (id: number) => OutgoingHead, args: unknown[], errorPrefix: string): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#write(head(id), args); // throws, and so rejects, before any promise is pending
      this.#waiting.set(id, { resolve, reject, errorPrefix });
    });
  }

  #write(head: OutgoingHead, args: unknown[]): void {
    let body: string;
    try {
      body = encodeValue(structuredClone(args), this.#base64);
    } catch {
      throw new Error('An object could not be cloned.');
    }
    this.#post(`${JSON.stringify(head)}\n${body}`);
  }

  #add(channel: string, stored: Stored): unknown {
    this.#listeners.set(channel, [...(this.#listeners.get(channel) ?? []), stored]);
    return this.api;
  }

  #remove(channel: string, original: Listener): unknown {
    const all = this.#listeners.get(channel) ?? [];
    const last = all.findLastIndex((stored) => stored.original === original);
    this.#listeners.set(
      channel,
      all.filter((_, index) => index !== last),
    );
    return this.api;
  }
}

function notAvailable(what: string): never {
  throw new Error(`${what} is not implemented in the Chromium shell`);
}
