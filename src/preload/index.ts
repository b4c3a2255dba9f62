import { contextBridge, ipcRenderer } from 'electron';
import type { Reply } from '../shared/appError';
import { BRIDGE_NAME, type Bridge } from '../shared/bridge';
import { commands, eventNames, type EventName, type Events } from '../shared/contract';

const allowedEvents = new Set<string>(eventNames);

function on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void {
  if (!allowedEvents.has(name)) throw new Error(`no such event: ${name}`);
  const relay = (_event: unknown, payload: Events[N]) => listener(payload);
  ipcRenderer.on(name, relay);
  return () => void ipcRenderer.off(name, relay);
}

const call = Object.fromEntries(
  Object.keys(commands).map((name) => [
    name,
    (...args: unknown[]) => ipcRenderer.invoke(name, ...args) as Promise<Reply<unknown>>,
  ]),
) as unknown as Bridge['call'];

contextBridge.exposeInMainWorld(BRIDGE_NAME, { call, on } satisfies Bridge);
