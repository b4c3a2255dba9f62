import { parentPort as threadPort } from 'node:worker_threads';
import type { InputMessage } from '../../inputPort';
import { HookClock, InputBatch } from './hookEvents';

/*
 * Entry of the process (on macOS the thread, see `platform/inputProcess.ts`) with the global input hook. It is separate
 * because a busy main thread must not delay timestamps.
 */

type Host = { postMessage(message: InputMessage): void };

const BEAT_MS = 500;

/** Set in Electron's utility process, and not in a fork of plain Node. */
const { parentPort: processPort } = process as unknown as { parentPort?: Host };
const host: Host = processPort ?? threadPort ?? { postMessage: (message) => void process.send?.(message) };

const clock = new HookClock(process.platform);
const nowUs = () => Number(process.hrtime.bigint() / 1000n);
const batch = new InputBatch({
  os: process.platform,
  send: (events) => host.postMessage({ kind: 'events', events }),
  later: (run, delayMs) => void setTimeout(run, delayMs),
});

/** Reports an error to main, because an uncaught one in the hook's callback would end the process. */
function guarded<E extends { time: number }>(take: (event: E, atUs: number) => void): (event: E) => void {
  return (event) => {
    const readUs = nowUs();
    try {
      take(event, clock.atUs(event.time, readUs));
    } catch (error) {
      host.postMessage({ kind: 'failed', message: String(error) });
    }
  };
}

/** Loads the library here, so that main learns which shared library is missing. */
async function holdHook(): Promise<void> {
  const { uIOhook, WheelDirection } = await import('uiohook-napi');
  const isHorizontal = (direction: number) => direction === WheelDirection.HORIZONTAL;
  uIOhook.on(
    'mousemove',
    guarded((e, atUs) => batch.pointer('move', atUs, e)),
  );
  uIOhook.on(
    'mousedown',
    guarded((e, atUs) => batch.pointer('press', atUs, e)),
  );
  uIOhook.on(
    'mouseup',
    guarded((e, atUs) => batch.pointer('release', atUs, e)),
  );
  uIOhook.on(
    'wheel',
    guarded((e, atUs) => batch.wheel(atUs, e, isHorizontal(e.direction))),
  );
  uIOhook.on(
    'keydown',
    guarded((e, atUs) => batch.key('keydown', atUs, e)),
  );
  uIOhook.on(
    'keyup',
    guarded((e, atUs) => batch.key('keyup', atUs, e)),
  );
  uIOhook.start();
  host.postMessage({ kind: 'ready' });
  const beat = setInterval(() => {
    // Flush first: main takes a heartbeat as "nothing older is on its way".
    batch.flush();
    host.postMessage({ kind: 'alive', atUs: nowUs() });
  }, BEAT_MS);
  await isToldToStop;
  clearInterval(beat);
  uIOhook.stop();
}

/** Main kills a process. A thread must stop the hook itself, or the library considers it still running. */
const isToldToStop = new Promise<void>((resolve) => threadPort?.once('message', () => resolve()));

holdHook()
  .catch((error: unknown) => host.postMessage({ kind: 'failed', message: String(error) }))
  .finally(() => threadPort?.close());
