import { ClockMapping } from '../../../shared/clockMapping';
import type { RawInput } from '../../inputPort';
import { ALT_RIGHT_KEYCODE, inputMask, isEnter } from './keyboard';

const BATCH_MS = 40;

type Held = { altKey: boolean; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean };

export type InputBatchParts = {
  os: string;
  send: (events: RawInput[]) => void;
  later: (run: () => void, delayMs: number) => void;
};

/** Batches the hook's events. Events that trigger a screenshot are sent at once. */
export class InputBatch {
  private events: RawInput[] = [];
  private scheduled = false;
  private altRightHeld = false;
  private readonly parts: InputBatchParts;

  constructor(parts: InputBatchParts) {
    this.parts = parts;
  }

  pointer(
    kind: 'move' | 'press' | 'release',
    atUs: number,
    event: Held & { x: number; y: number; button: unknown },
  ): void {
    // libuiohook's numbers are the contract's: 1 left, 2 right, 3 middle, 4 back, 5 forward. X11's buttons from 10 on are 0.
    const button = Number(event.button);
    this.add({ kind, atUs, x: event.x, y: event.y, button, mask: this.mask(event) }, kind === 'press');
  }

  wheel(atUs: number, event: { x: number; y: number; rotation: number }, horizontal: boolean): void {
    const { x, y, rotation } = event;
    this.add({ kind: 'wheel', atUs, x, y, rotation, horizontal }, false);
  }

  key(kind: 'keydown' | 'keyup', atUs: number, event: Held & { keycode: number }): void {
    const { keycode } = event;
    if (keycode === ALT_RIGHT_KEYCODE) this.altRightHeld = kind === 'keydown';
    this.add({ kind, atUs, keycode, mask: this.mask(event) }, kind === 'keydown' && isEnter(keycode));
  }

  flush(): void {
    if (this.events.length > 0) this.parts.send(this.events.splice(0));
  }

  private add(event: RawInput, urgent: boolean): void {
    this.events.push(event);
    if (urgent) return this.flush();
    if (this.scheduled) return;
    this.scheduled = true;
    this.parts.later(() => {
      this.scheduled = false;
      this.flush();
    }, BATCH_MS);
  }

  /** Windows reports AltGr as Ctrl and Alt together, Linux as Alt; macOS types with Option. */
  private mask({ altKey, ctrlKey, metaKey, shiftKey }: Held): number {
    const common = (shiftKey ? inputMask.shift : 0) | (metaKey ? inputMask.meta : 0);
    if (this.parts.os !== 'darwin' && this.altRightHeld) return common | inputMask.composes;
    const composes = this.parts.os === 'darwin' && altKey ? inputMask.composes : 0;
    return common | composes | (ctrlKey ? inputMask.ctrl : 0) | (altKey ? inputMask.alt : 0);
  }
}

/**
 * Tells when input happened: on X11 by the server's time of the event, elsewhere by the time of the callback. Windows'
 * times have steps of up to 16 ms, and macOS' unit depends on the processor (libuiohook 1.3).
 */
export class HookClock {
  private readonly server: ClockMapping | null;

  /** @param os `process.platform` */
  constructor(os: string) {
    this.server = os === 'linux' ? new ClockMapping() : null;
  }

  /**
   * @param timeMs the event's `time`
   * @param readUs now, on the monotonic clock
   * @returns microseconds on the monotonic clock
   */
  atUs(timeMs: number, readUs: number): number {
    if (this.server === null || !Number.isFinite(timeMs)) return readUs;
    return Math.round(this.server.map(timeMs * 1000, readUs));
  }
}
