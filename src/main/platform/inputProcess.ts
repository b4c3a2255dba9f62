import path from 'node:path';
import type { UtilityProcess } from 'electron';
import type { InputMessage, InputProcess } from '../inputPort';
import type { Logger } from '../../shared/runtime';
import { pointToPixels, type PointDisplay } from './pointsToPixels';
import { InputThreads } from './inputThread';

export type InputParts = {
  /** `process.platform` */
  os: string;
  /** Electron's `utilityProcess`. */
  utilityProcess: {
    fork(
      file: string,
      args: string[],
      options: { serviceName: string; stdio: 'ignore' },
    ): Pick<UtilityProcess, 'on' | 'once' | 'kill'>;
  };
  /** Whether the system lets the app observe input; never prompts. Called on macOS only. */
  mayObserveInput: () => boolean;
  /** The current displays, in points; called on macOS only. */
  displays: () => PointDisplay[];
  /** The folder of the hook's module. */
  folder: string;
  log: Logger;
};

export type InputHooks = {
  start(): InputProcess;
  /** Resolves when no hook runs in this process. */
  ended(): Promise<void>;
};

/**
 * Starts the global input hook. It runs in its own process, so that its crash does not crash main. On macOS it runs in
 * a thread of main: at each key it waits for the main queue of its process, which only a process with a native event
 * loop serves (kwhat/libuiohook#188). It is also stopped from that thread: main serves the queue and must not block on
 * the hook.
 */
export function makeInputHooks(parts: InputParts): InputHooks {
  const file = path.join(parts.folder, 'inputHost.js');
  if (parts.os !== 'darwin')
    return { start: () => forkInputProcess(parts, file), ended: () => Promise.resolve() };
  const threads = new InputThreads(file, parts.log);
  return {
    start() {
      // Starting the hook would show the system's prompt at each try.
      if (!parts.mayObserveInput()) return notPermitted();
      return inPixels(threads.start(), parts.displays);
    },
    ended: () => threads.ended,
  };
}

function forkInputProcess({ utilityProcess }: InputParts, file: string): InputProcess {
  const child = utilityProcess.fork(file, [], { serviceName: 'Session Recorder Input', stdio: 'ignore' });
  return {
    onMessage: (listener) => void child.on('message', (message: InputMessage) => listener(message)),
    onExit: (listener) => void child.once('exit', (code: number) => listener(code)),
    kill: () => void child.kill(),
  };
}

function notPermitted(): InputProcess {
  const message = 'macOS does not let the app observe input: it is not allowed under Accessibility';
  return {
    onMessage: (listener) => queueMicrotask(() => listener({ kind: 'failed', message })),
    onExit: () => {},
    kill: () => {},
  };
}

/** macOS reports positions in points. */
function inPixels(hook: InputProcess, displays: () => PointDisplay[]): InputProcess {
  return {
    ...hook,
    onMessage: (listener) =>
      hook.onMessage((message) => {
        if (message.kind !== 'events') return listener(message);
        const now = displays();
        const events = message.events.map((event) => ('x' in event ? pointToPixels(event, now) : event));
        listener({ kind: 'events', events });
      }),
  };
}
