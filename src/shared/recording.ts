import * as z from 'zod/mini';
import type { AppError } from './appError';
import { extent, intBetween, lengthMs, line, list, tUs, word } from './bounds';
import { keyNamesSchema, type Capability } from './session';

/** The sources where the system's own dialog asks what to record, at each start: Wayland's desktop portal. */
export const PORTAL_SOURCE_ID = 'portal';
export const PORTAL_WINDOW_SOURCE_ID = 'portal-window';

export function isPortalSource(sourceId: string): boolean {
  return sourceId === PORTAL_SOURCE_ID || sourceId === PORTAL_WINDOW_SOURCE_ID;
}

/** Something that can be recorded. `thumbnail` is a data: URL, empty where the system gives none. */
export type CaptureSource = {
  id: string;
  name: string;
  kind: 'screen' | 'window';
  thumbnail: string;
  /** The id of the display that a screen is, where the system says so. */
  display?: string;
  /** The most that its video can have, where the screen is larger than an encoder takes. */
  scaledTo?: { width: number; height: number };
};

/**
 * Global shortcuts in effect, as accelerators (`CommandOrControl+Shift+F9`); absent where the system gives none.
 * `askedFor`: the system does not tell whether it gave them.
 */
export type ShortcutsInEffect = {
  startStop?: string;
  pauseResume?: string;
  redact?: string;
  askedFor?: boolean;
};

/** What the recording view shows before the start. */
export type CaptureOptions = {
  sources: CaptureSource[];
  capabilities: Capability[];
  microphoneAvailable: boolean;
  shortcuts?: ShortcutsInEffect;
};

export const startRecordingSchema = z.object({
  sourceId: word,
  microphone: z.boolean(),
  /** Opt-in: record which printable keys are typed. */
  recordKeyCodes: z.optional(z.boolean()),
});
export type StartRecording = z.infer<typeof startRecordingSchema>;

/**
 * The recorder as every window sees it. `elapsedMs` excludes pauses and is true at `atMs` (epoch milliseconds);
 * while `phase` is `recording` a view adds the time since. `framesArriving` is false when the picture stopped.
 */
export type RecordingState = {
  phase: 'idle' | 'starting' | 'recording' | 'paused' | 'stopping';
  sessionId?: string;
  elapsedMs: number;
  atMs: number;
  actionCount: number;
  screenshotCount: number;
  videoBytes: number;
  framesArriving: boolean;
  recordKeyCodes?: boolean;
  /** How long the disk lasts, in minutes, with room for the bundle; absent while that is not known. */
  diskMinutesLeft?: number;
  /** A redaction is on: the picture is black and nothing that happens is kept. */
  redacting?: boolean;
  /** Why the last recording did not start, or ended by itself. Cleared by the next start. */
  problem?: AppError;
};

/** What main tells the hidden capture page. `token` names one segment; answers carry it back. */
export type CaptureCommand =
  /** Discards a segment that runs. `blank`: black and silent instead of what the source shows. */
  | {
      kind: 'start';
      token: string;
      segment: string;
      microphone: boolean;
      timesliceMs: number;
      blank: boolean;
    }
  | { kind: 'screenshot'; requestId: string }
  | { kind: 'stop'; token: string }
  | { kind: 'close' };

/** What the capture page tells main, each through `captureReport`. Times are `performance.timeOrigin`-based epoch ms. */
export const captureReportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('started'),
    token: word,
    mimeType: word,
    /** The recorded picture's size at the start; `sizeChanges`: it may change within the segment. */
    width: extent,
    height: extent,
    sizeChanges: z.optional(z.boolean()),
    /** The source's own size, where the picture had to be made smaller. */
    scaledFrom: z.optional(z.object({ width: extent, height: extent })),
    /** Whether the segment has sound; when it was asked for and is missing, the DOMException says why. */
    microphone: z.boolean(),
    microphoneProblem: z.optional(z.object({ name: word, message: line })),
  }),
  /** The microphone ended while the segment goes on. */
  z.object({ kind: z.literal('microphone-lost'), token: word }),
  /**
   * Frames seen since the last report: `ageMs` is how long before the sending of this report each was captured.
   * `sentAtMs` is `performance.now()` of that sending, `muted` says that the system gives the track no picture just now.
   * `waitingMs` is how long before the sending the oldest frame was captured that is not certainly on the disk, be it in
   * the encoder or in a chunk; absent where there is none.
   * Sent whether or not there are any: it is the page's beat.
   */
  z.object({
    kind: z.literal('frames'),
    token: word,
    sentAtMs: lengthMs,
    muted: z.boolean(),
    waitingMs: z.optional(lengthMs),
    frames: list(z.object({ ageMs: lengthMs, ptsUs: tUs }), 100_000),
  }),
  z.object({
    kind: z.literal('screenshot'),
    requestId: word,
    width: intBetween(0, 100_000),
    height: intBetween(0, 100_000),
    ageMs: lengthMs,
  }),
  z.object({ kind: z.literal('stopped'), token: word }),
  /** The keyboard has this layout; told at the start of each segment, and when it changes. */
  z.object({ kind: z.literal('keyboard'), keys: keyNamesSchema }),
  /**
   * Nothing more is recorded into the segment, and another one is wanted: the picture has another size, or its encoder
   * failed. `ageMs` is how long before the sending the picture ended, absent where that is not known.
   */
  z.object({ kind: z.literal('ended'), token: word, ageMs: z.optional(lengthMs) }),
  z.object({
    kind: z.literal('failed'),
    token: z.optional(word),
    requestId: z.optional(word),
    /** How long before the sending of this report the picture ended, where it ended before. */
    ageMs: z.optional(lengthMs),
    name: word,
    message: line,
  }),
]);
export type CaptureReport = z.infer<typeof captureReportSchema>;

/**
 * Until when a chunk of video certainly holds the picture: `ageMs` before its sending, which was at `sentAtMs` by the
 * page's `performance.now()`.
 */
export const chunkEndSchema = z.object({ sentAtMs: lengthMs, ageMs: lengthMs });
export type ChunkEnd = z.infer<typeof chunkEndSchema>;
