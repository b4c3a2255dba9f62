import type Electron from 'electron';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';
import { decodeValue, encodeValue } from '../page/codec.ts';
import type { OutgoingHead } from '../page/ipcRenderer.ts';
import type { Incoming } from '../page/preloadWorld.ts';
import { PreventableEvent } from '../preventableEvent.ts';
import { defaultSession, type DisplayRequest } from '../session/session.ts';
import { ipcMain } from './ipcMain.ts';
import { nodeBase64 } from './nodeBase64.ts';
import { incomingGlobal, outgoingBinding, preloadWorldName } from './pageScripts.ts';

type ContextCreated = { context: { id: number; name: string; auxData?: { frameId?: string } } };
type BindingCalled = { name: string; payload: string; executionContextId: number };

const notCloneable = 'An object could not be cloned.';

function cloned<T>(value: T): T {
  try {
    return structuredClone(value);
  } catch {
    throw new Error('Failed to serialize arguments');
  }
}

/** IPC between main and the preload's world of one page's top frame. */
export class IpcChannel {
  readonly #contents: Electron.WebContents;
  #cdp: CdpSession | undefined;
  #contextId: number | undefined;

  constructor(contents: Electron.WebContents) {
    this.#contents = contents;
  }

  attach(cdp: CdpSession, frameId: string): void {
    this.#cdp = cdp;
    cdp.on('Runtime.executionContextCreated', ({ context }: ContextCreated) => {
      if (context.name === preloadWorldName && context.auxData?.frameId === frameId)
        this.#contextId = context.id;
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }: { executionContextId: number }) => {
      if (executionContextId === this.#contextId) this.#contextId = undefined;
    });
    cdp.on('Runtime.executionContextsCleared', () => (this.#contextId = undefined));
    cdp.on('Runtime.bindingCalled', (called: BindingCalled) => {
      if (called.name === outgoingBinding && called.executionContextId === this.#contextId)
        this.#receive(called.payload);
    });
  }

  /** Like Electron, does nothing if there is no page. */
  sendEvent(channel: string, args: unknown[]): void {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    const body = encodeValue(cloned(args), nodeBase64);
    inBackground(this.call('event', channel, body));
  }

  /** Calls into the preload's world; does nothing while there is none. */
  async call<K extends keyof Incoming>(name: K, ...args: Parameters<Incoming[K]>): Promise<void> {
    const executionContextId = this.#contextId;
    if (executionContextId === undefined || !this.#cdp) return;
    const functionDeclaration = `function (...args) { ${incomingGlobal}.${name}(...args); }`;
    const params = { functionDeclaration, executionContextId, arguments: args.map((value) => ({ value })) };
    await this.#cdp.send('Runtime.callFunctionOn', params);
  }

  #receive(payload: string): void {
    const end = payload.indexOf('\n');
    const head = JSON.parse(payload.slice(0, end)) as OutgoingHead;
    const args = decodeValue(payload.slice(end + 1), nodeBase64) as unknown[];
    switch (head.kind) {
      case 'send':
        ipcMain.emit(head.channel, this.#event(), ...args);
        return;
      case 'invoke':
        inBackground(this.#invoke(head.channel, head.id, args));
        return;
      case 'ask':
        inBackground(this.#reply(head.id, this.#ask(head.question, args)));
    }
  }

  async #invoke(channel: string, id: number, args: unknown[]): Promise<void> {
    const answer = ipcMain.answer(channel, this.#event() as unknown as Electron.IpcMainInvokeEvent, args);
    answer.catch((error: unknown) => console.error(`Error occurred in handler for '${channel}':`, error));
    await this.#reply(id, answer);
  }

  async #reply(id: number, answer: Promise<unknown>): Promise<void> {
    const contextId = this.#contextId;
    const [ok, body] = await answer.then(
      (value) => this.#encoded(value),
      (error: unknown) => [false, String(error)] as const,
    );
    if (this.#contextId === contextId) await this.call('reply', id, ok, body);
  }

  #encoded(value: unknown): readonly [boolean, string] {
    try {
      return [true, encodeValue(structuredClone(value), nodeBase64)];
    } catch {
      return [false, `Error: ${notCloneable}`];
    }
  }

  async #ask(question: string, args: unknown[]): Promise<unknown> {
    if (question === 'display-media')
      return defaultSession.askDisplayMedia(this.#contents, args[0] as DisplayRequest);
    if (question === 'permission') {
      return defaultSession.askPermission(this.#contents, args[0] as string, args[1] as object);
    }
    return defaultSession.checkPermission(this.#contents, args[0] as string);
  }

  #event(): PreventableEvent {
    const sender = this.#contents;
    const reply = (channel: string, ...args: unknown[]) => this.sendEvent(channel, args);
    return Object.assign(new PreventableEvent(), {
      type: 'frame',
      sender,
      senderFrame: sender.mainFrame,
      ports: [],
      reply,
    });
  }
}
