/**
 * One raw input event as the child process reports it. `atUs`: hrtime clock, microseconds. Coordinates: physical
 * pixels. `button`: 0 for a button that the system does not number.
 */
export type RawInput =
  | { kind: 'move' | 'press' | 'release'; atUs: number; x: number; y: number; button: number; mask: number }
  | { kind: 'wheel'; atUs: number; x: number; y: number; rotation: number; horizontal: boolean }
  | { kind: 'keydown' | 'keyup'; atUs: number; keycode: number; mask: number };

export type InputMessage =
  | { kind: 'ready' }
  | { kind: 'alive'; atUs: number }
  | { kind: 'failed'; message: string }
  | { kind: 'events'; events: RawInput[] };

/** The process or thread that holds the global input hook. */
export type InputProcess = {
  onMessage(listener: (message: InputMessage) => void): void;
  /** Called once, for any kind of exit. */
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
};
