import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export type CdpParams = Record<string, unknown>;

type Reply = { id: number; result?: unknown; error?: { message: string } };
type Event = { method: string; params: never; sessionId?: string };
type Pending = { method: string; resolve(value: never): void; reject(error: Error): void };

/** The session of one target, or of the browser if there is no id. Emits CDP events by their method. */
export class CdpSession extends EventEmitter {
  readonly id: string | undefined;
  readonly #pipe: CdpPipe;

  constructor(pipe: CdpPipe, id?: string) {
    super();
    this.#pipe = pipe;
    this.id = id;
  }

  /** Rejects with the method's name and Chromium's message. */
  send<T = CdpParams>(method: string, params: CdpParams = {}): Promise<T> {
    return this.#pipe.send<T>(method, params, this.id);
  }
}

/** Chrome DevTools Protocol over the two pipes of --remote-debugging-pipe: JSON messages ended by a zero byte. */
export class CdpPipe {
  readonly browser: CdpSession;
  readonly #output: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #sessions = new Map<string, CdpSession>();
  #unfinished: Buffer[] = [];
  #lastId = 0;
  #closedBecause: string | undefined;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    this.browser = new CdpSession(this);
    output.on('error', () => this.close('Chromium closed its pipe'));
    input.on('data', (data: Buffer) => this.#read(data));
    input.on('close', () => this.close('Chromium exited'));
  }

  session(id: string): CdpSession {
    const known = this.#sessions.get(id);
    if (known) return known;
    const made = new CdpSession(this, id);
    this.#sessions.set(id, made);
    return made;
  }

  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  send<T>(method: string, params: CdpParams, sessionId?: string): Promise<T> {
    if (this.#closedBecause) return Promise.reject(new Error(`${method}: ${this.#closedBecause}`));
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject });
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  close(because: string): void {
    if (this.#closedBecause) return;
    this.#closedBecause = because;
    for (const call of this.#pending.values()) call.reject(new Error(`${call.method}: ${because}`));
    this.#pending.clear();
  }

  #read(data: Buffer): void {
    let start = 0;
    for (let end = data.indexOf(0); end !== -1; end = data.indexOf(0, start)) {
      this.#unfinished.push(data.subarray(start, end));
      const text = Buffer.concat(this.#unfinished).toString();
      this.#unfinished = [];
      start = end + 1;
      this.#dispatch(JSON.parse(text) as Reply | Event);
    }
    if (start < data.length) this.#unfinished.push(data.subarray(start));
  }

  #dispatch(message: Reply | Event): void {
    if ('id' in message) return this.#settle(message);
    const to = message.sessionId ? this.#sessions.get(message.sessionId) : this.browser;
    to?.emit(message.method, message.params);
  }

  #settle(reply: Reply): void {
    const call = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (!call) return;
    if (reply.error) call.reject(new Error(`${call.method}: ${reply.error.message}`));
    else call.resolve(reply.result as never);
  }
}
