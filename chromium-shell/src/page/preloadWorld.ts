import type { Base64 } from './codec.ts';
import { RendererIpc } from './ipcRenderer.ts';
import type { ShellHost } from './pageWorld.ts';
import { WorldBridge } from './worldBridge.ts';

/** The preload's own world: the modules that a sandboxed preload can require, and no Node. */
export type PreloadSettings = {
  /** The names of the CDP binding and of the global function; hidden from the page's world. */
  outgoing: string;
  incoming: string;
  secretEvent: string;
  process: Record<string, unknown>;
};

/** The functions that main calls in this world. */
export type Incoming = {
  event(channel: string, body: string): void;
  reply(id: number, ok: boolean, body: string): void;
  /** Whether the app listens to the window's `close` and may prevent it. */
  guardClose(isGuarded: boolean): void;
};

type NativeBase64 = Uint8Array & { toBase64(): string };
type NativeBase64Class = { fromBase64(text: string): Uint8Array<ArrayBuffer> };

const browserBase64: Base64 = {
  encode: (bytes) => (bytes as NativeBase64).toBase64(),
  decode: (text) => (Uint8Array as unknown as NativeBase64Class).fromBase64(text),
};

function takeBinding(name: string): (text: string) => void {
  const binding = Reflect.get(globalThis, name) as (text: string) => void;
  Reflect.deleteProperty(globalThis, name);
  return binding;
}

function shellHost(ipc: RendererIpc): ShellHost {
  return {
    askDisplayMedia: (request) =>
      ipc.ask('display-media', request) as ReturnType<ShellHost['askDisplayMedia']>,
    askPermission: (permission, details) => ipc.ask('permission', permission, details) as Promise<boolean>,
    checkPermission: (permission) => ipc.ask('permission-check', permission) as Promise<boolean>,
  };
}

function rendererModule(ipc: RendererIpc, bridge: WorldBridge): object {
  const notAvailable = (what: string) => () => {
    throw new Error(`${what} is not implemented in the Chromium shell`);
  };
  return {
    ipcRenderer: ipc.api,
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) => bridge.expose(key, api),
      exposeInIsolatedWorld: notAvailable('contextBridge.exposeInIsolatedWorld'),
    },
  };
}

function rendererProcess(settings: PreloadSettings): object {
  const self: Record<string, unknown> = {
    ...settings.process,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    on: () => self,
    once: () => self,
    nextTick: (run: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => run(...args)),
  };
  return self;
}

/** Runs beside the page; `pageScripts.ts` calls it by name, in text. @public */
export function enterPreloadWorld(settings: PreloadSettings): {
  require(id: string): object;
  process: object;
} {
  const ipc = new RendererIpc(takeBinding(settings.outgoing), browserBase64);
  const bridge = new WorldBridge('preload', settings.secretEvent);
  bridge.offer(shellHost(ipc));
  let closeIsGuarded = false;
  const incoming: Incoming = {
    event: (channel, body) => ipc.deliver(channel, body),
    reply: (id, ok, body) => ipc.settle(id, ok, body),
    guardClose: (isGuarded) => {
      closeIsGuarded = isGuarded;
    },
  };
  Object.defineProperty(globalThis, settings.incoming, { value: incoming });
  addEventListener('beforeunload', (event) => {
    if (closeIsGuarded) event.preventDefault();
  });
  const electron = rendererModule(ipc, bridge);
  return {
    process: rendererProcess(settings),
    require: (id) => {
      if (id === 'electron' || id === 'electron/renderer' || id === 'electron/common') return electron;
      throw new Error(`module not found: ${id}`); // as in a sandboxed preload
    },
  };
}
