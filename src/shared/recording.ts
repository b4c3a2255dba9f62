import * as z from 'zod/mini';
import type { AppError } from './appError';
import { extent, intBetween, lengthMs, line, list, tUs, word } from './bounds';
import { keyNamesSchema, type Capability } from './session';

/** The source when the system's own dialog asks what to record at each start: Wayland's desktop portal. */
export const PORTAL_SOURCE_ID = 'portal';
export const PORTAL_WINDOW_SOURCE_ID = 'portal-window';

export function isPortalSource(sourceId: string): boolean {
  return sourceId === PORTAL_SOURCE_ID || sourceId === PORTAL_WINDOW_SOURCE_ID;
}

/** A recordable source. `thumbnail` is a data: URL, empty if the system provides none. */
export type CaptureSource = {
  id: string;
  name: string;
  kind: 'screen' | 'window';
  thumbnail: string;
  /** The display id of a screen, if the system reports it. */
  display?: string;
  /** The maximum size of its video, if the screen is larger than the encoder accepts. */
  scaledTo?: { width: number; height: number };
};

/**
 * Registered global shortcuts, as accelerators (`CommandOrControl+Shift+F9`); absent if the system granted none.
 * `askedFor`: the system does not say whether it granted them.
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
 * The recorder's state as every window sees it. `elapsedMs` excludes pauses and is valid at `atMs` (epoch
 * milliseconds); while `phase` is `recording`, a view adds the time since then. `framesArriving` is false when frames
 * stopped arriving.
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
  /** Minutes of recording that fit on the disk, with room for the bundle; absent if unknown. */
  diskMinutesLeft?: number;
  /** A redaction is active: the picture is black and no input is recorded. */
  redacting?: boolean;
  /** Why the last recording did not start, or stopped by itself. Cleared by the next start. */
  problem?: AppError;
};

/** Commands from main to the hidden capture page. `token` identifies one segment and is returned in replies. */
export type CaptureCommand =
  /** Discards a running segment. `blank`: records black and silence instead of the source. */
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

/**
 * Reports from the capture page to main, all through `captureReport`. Times are `performance.timeOrigin`-based epoch
 * ms.
 */
export const captureReportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('started'),
    token: word,
    mimeType: word,
    /** Size of the recorded picture at the start; `sizeChanges`: it may change within the segment. */
    width: extent,
    height: extent,
    sizeChanges: z.optional(z.boolean()),
    /** The source's own size, if the picture was scaled down. */
    scaledFrom: z.optional(z.object({ width: extent, height: extent })),
    /** Whether the segment has sound; if it was requested and is missing, the DOMException says why. */
    microphone: z.boolean(),
    microphoneProblem: z.optional(z.object({ name: word, message: line })),
  }),
  /** The microphone ended while the segment continues. */
  z.object({ kind: z.literal('microphone-lost'), token: word }),
  /**
   * Frames since the last report: `ageMs` is how long before this report was sent each was captured. `sentAtMs` is the
   * send time as `performance.now()`; `muted`: the system currently provides no picture for the track. `waitingMs` is
   * the age, at sending, of the oldest frame that may not be on the disk yet, either in the encoder or in a chunk;
   * absent if there is none. Also serves as a heartbeat: sent even without frames.
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
  /** The current keyboard layout; sent at the start of each segment, and on changes. */
  z.object({ kind: z.literal('keyboard'), keys: keyNamesSchema }),
  /**
   * The segment records nothing more and needs a successor: the picture size changed, or its encoder failed. `ageMs` is
   * how long before sending the picture ended; absent if unknown.
   */
  z.object({ kind: z.literal('ended'), token: word, ageMs: z.optional(lengthMs) }),
  z.object({
    kind: z.literal('failed'),
    token: z.optional(word),
    requestId: z.optional(word),
    /** How long before sending this report the picture ended, if it already had. */
    ageMs: z.optional(lengthMs),
    name: word,
    message: line,
  }),
]);
export type CaptureReport = z.infer<typeof captureReportSchema>;

/**
 * The end of the picture that a video chunk certainly contains: `ageMs` before it was sent at `sentAtMs`, by the page's
 * `performance.now()`.
 */
export const chunkEndSchema = z.object({ sentAtMs: lengthMs, ageMs: lengthMs });
export type ChunkEnd = z.infer<typeof chunkEndSchema>;
