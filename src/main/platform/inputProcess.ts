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
  /** Whether the system lets the app observe input; asks the user nothing. Asked on macOS only. */
  mayObserveInput: () => boolean;
  /** The displays as they are now, in points; asked on macOS only. */
  displays: () => PointDisplay[];
  /** Where the hook's module lies. */
  folder: string;
  log: Logger;
};

export type InputHooks = {
  start(): InputProcess;
  /** Resolves when no hook runs in this process. */
  ended(): Promise<void>;
};

/**
 * Starts the global input hook: in a process of its own, so that a crash of the hook never takes main along. Not on macOS:
 * there the hook waits for the main queue of its process at each key, and only a process with an event loop of the
 * system's serves that; so it runs in a thread of main (kwhat/libuiohook#188). From there it is also stopped: main, which
 * serves the queue, must not wait for the hook.
 */
export function makeInputHooks(parts: InputParts): InputHooks {
  const file = path.join(parts.folder, 'inputHost.js');
  if (parts.os !== 'darwin')
    return { start: () => forkInputProcess(parts, file), ended: () => Promise.resolve() };
  const threads = new InputThreads(file, parts.log);
  return {
    start() {
      // The hook itself would put up the system's question, at each try.
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

/** macOS tells places in points. */
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
