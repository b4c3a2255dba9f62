import * as z from 'zod/mini';
import type { AppError } from './appError';
import {
  coordinate,
  count,
  epochMs,
  extent,
  fileBytes,
  fileTimeMs,
  intBetween,
  line,
  list,
  matching,
  name,
  numberBetween,
  record,
  title,
  tUs,
  word,
} from './bounds';
import { sessionIdSchema } from './ids';
import type { OtherFiles } from './otherFiles';
import type { FoundInBucket, UploadProgressPayload, UploadStatus } from './upload';

const epoch = count;
/** Names of an arrangement's displays. */
const display = word;
/** The only valid names of files in `video/` and `screenshots/`; references to other names are rejected. */
export const segmentFile = /^\d{1,10}\.(mp4|webm)$/;
export const screenshotFile = /^\d{1,10}\.jpg$/;

const segmentName = matching(/^video\/\d{1,10}\.(mp4|webm)$/, 'segment', 40);
const screenshotName = matching(/^screenshots\/\d{1,10}\.jpg$/, 'screenshot', 40);
/** Maximum number of segments, screenshots or clock readings in a file. */
const MOST_LISTED = 1_000_000;

/**
 * One arrangement of displays. Coordinates elsewhere are physical pixels of a display named here; a changed arrangement
 * starts a new epoch. Bounds are physical pixels in the desktop's coordinate space.
 */
export const geometryEpochSchema = z.object({
  epoch,
  tUs,
  displays: list(
    z.object({
      id: display,
      name,
      x: coordinate,
      y: coordinate,
      width: extent,
      height: extent,
      scaleFactor: numberBetween(0, 100),
    }),
    100,
  ),
});
export type GeometryEpoch = z.infer<typeof geometryEpochSchema>;

/** Something this machine could not record, or the user did not request, and why. */
export const capabilitySchema = z.object({
  name: z.enum([
    'video',
    'microphone',
    'pointer',
    'keyboard',
    'screenshots',
    'window-capture',
    'active-window',
  ]),
  available: z.boolean(),
  /** One sentence for the user. Present if not available. */
  why: z.optional(line),
});
export type Capability = z.infer<typeof capabilitySchema>;

export const sessionStateSchema = z.enum(['recording', 'finalising', 'finished', 'interrupted']);

/** What each key types in the keyboard's layout, by KeyboardEvent.code: `{ "KeyW": "z" }`. */
export const keyNamesSchema = record(word, word, 1000);
export type KeyNames = z.infer<typeof keyNamesSchema>;

/**
 * A segment's container and the size of its picture in pixels. With `sizeChanges`, this is the first of several sizes.
 * `scaledFrom` is the source's size if it exceeds what the encoder accepts.
 */
const segmentDetailSchema = z.object({
  segment: segmentName,
  mimeType: word,
  width: extent,
  height: extent,
  sizeChanges: z.optional(z.boolean()),
  scaledFrom: z.optional(z.object({ width: extent, height: extent })),
});
export type SegmentDetail = z.infer<typeof segmentDetailSchema>;

/** `session.json`: the recording's header. `createdAt`, `endedAt`, `utcMs` are epoch milliseconds. */
export const sessionHeaderSchema = z.object({
  version: z.literal(1),
  sessionId: sessionIdSchema,
  state: sessionStateSchema,
  /**
   * True if the recording's own header was lost and this one was rebuilt from its files; `unknown` then means unknown.
   */
  rebuilt: z.optional(z.boolean()),
  createdAt: epochMs,
  endedAt: z.optional(epochMs),
  /** Microseconds on the session clock at stop. */
  durationUs: z.optional(tUs),
  /** Recorded microseconds of it, without pauses. */
  recordedUs: z.optional(tUs),
  app: z.object({ name, version: word }),
  os: z.object({ platform: word, release: word, arch: word }),
  source: z.object({
    id: word,
    name,
    kind: z.enum(['screen', 'window']),
    /** The display in `geometry` of a recorded screen, if the system reports it. */
    display: z.optional(display),
  }),
  geometry: list(geometryEpochSchema, MOST_LISTED),
  /** (monotonic, UTC) pairs: at start, every minute, after wake-up and at stop. */
  clocks: list(z.object({ tUs, utcMs: epochMs }), MOST_LISTED),
  capabilities: list(capabilitySchema, 100),
  /** The keyboard layouts, each from `tUs` on. Absent if the system does not report them. */
  keyboard: z.optional(list(z.object({ tUs, keys: keyNamesSchema }), 10_000)),
  redaction: z.object({
    /** False by default: printable keys are events without their code. */
    keyCodesRecorded: z.boolean(),
    /** Whether the user asked to record the active window. Absent in older recordings, which never did. */
    activeWindowRecorded: z.optional(z.boolean()),
    /**
     * Excluded apps and titles: while one is active, no keys, title or screenshots are recorded. A text that either
     * contains; `*` matches anything. Ignores case, width, blanks and invisible characters.
     */
    excluded: z.optional(list(name, 1000)),
  }),
  /** Whether sound was recorded. If it was requested without success, `capabilities` says why. */
  microphone: z.boolean(),
  /** `mimeType` is the last segment's; `details` has each one's. Recordings of earlier versions have no details. */
  video: z.optional(
    z.object({
      mimeType: word,
      segments: list(segmentName, MOST_LISTED),
      details: z.optional(list(segmentDetailSchema, MOST_LISTED)),
    }),
  ),
  /**
   * Recorded files that no longer existed when the bundle was made, relative to the session's folder. The user knew and
   * exported anyway.
   */
  missing: z.optional(list(name, MOST_LISTED)),
});
export type SessionHeader = z.infer<typeof sessionHeaderSchema>;

const modifiers = list(z.enum(['ctrl', 'alt', 'shift', 'meta']), 10);
const rectangle = z.object({ x: coordinate, y: coordinate, width: extent, height: extent });
const pointer = { tUs, display, epoch, x: coordinate, y: coordinate };
/** Absent, and 0 in older recordings: the system reports no number for the button. */
const button = z.optional(intBetween(0, 1000));
const key = z.optional(word);

/**
 * One line of `actions.jsonl`, one element of `actions.json`'s `actions`. `button`: 1 left, 2 right, 3 middle, 4 back,
 * 5 forward, 6 and up others; absent if the system reports no number. `key` is absent for a printable key, unless the
 * user opted in to full codes or held a shortcut modifier (Ctrl, Alt, Meta); names are those of the Web's
 * KeyboardEvent.code.
 */
export const actionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('move'), ...pointer }),
  z.object({ type: z.literal('press'), ...pointer, button, modifiers }),
  z.object({ type: z.literal('release'), ...pointer, button, modifiers }),
  z.object({ type: z.literal('wheel'), ...pointer, deltaX: coordinate, deltaY: coordinate }),
  z.object({ type: z.literal('keydown'), tUs, key, modifiers }),
  z.object({ type: z.literal('keyup'), tUs, key, modifiers }),
  z.object({ type: z.literal('pause'), tUs }),
  z.object({ type: z.literal('resume'), tUs }),
  /** Input, picture or sound was not recorded between `fromUs` and `tUs`. */
  z.object({ type: z.literal('gap'), tUs, fromUs: tUs, what: z.enum(['input', 'video', 'microphone']) }),
  /**
   * From about `tUs` on, this window had the keyboard focus; `bounds` are physical pixels of `display`. An excluded
   * window has only `excluded`.
   */
  z.object({
    type: z.literal('window'),
    tUs,
    app: z.optional(name),
    title: z.optional(title),
    display: z.optional(display),
    epoch: z.optional(epoch),
    bounds: z.optional(rectangle),
    excluded: z.optional(z.literal(true)),
  }),
  /**
   * Between `fromUs` and `tUs`, the user hid everything: the picture is black and no input was recorded. While the
   * redaction is active, its entry in the log has `tUs` equal to `fromUs`.
   */
  z.object({ type: z.literal('redaction'), tUs, fromUs: tUs }),
]);
export type Action = z.infer<typeof actionSchema>;

/** `actions.json`: created from `actions.jsonl` at the end. */
export const actionsFileSchema = z.object({
  version: z.literal(1),
  sessionId: sessionIdSchema,
  actions: list(actionSchema, 1_000_000_000),
});

/** One line of `frames.jsonl`: the frame at `ptsUs` within `segment` was on screen at `tUs`. */
export const frameSchema = z.object({ tUs, segment: segmentName, ptsUs: tUs });
export type Frame = z.infer<typeof frameSchema>;

/** Width or height of a picture in pixels. */
const imageSide = intBetween(0, 100_000);

/** One line of `screenshots.jsonl`. `file` is relative to the session's folder. */
export const screenshotSchema = z.object({
  tUs,
  file: screenshotName,
  trigger: z.enum(['start', 'press', 'enter', 'stop']),
  width: imageSide,
  height: imageSide,
});
export type Screenshot = z.infer<typeof screenshotSchema>;

const sha256 = matching(/^[0-9a-f]{64}$/, 'SHA-256', 64);

/** One file of a bundle: its path in the zip, its bytes and their SHA-256. */
export const manifestFileSchema = z.object({ path: name, size: fileBytes, sha256 });

/** `manifest.json`, written last into the bundle. `sha256` is lower-case hex. */
export const manifestSchema = z.object({
  version: z.literal(1),
  sessionId: sessionIdSchema,
  files: list(manifestFileSchema, 2 * MOST_LISTED),
});
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Content of a session's last bundle: SHA-256 of its manifest, the file's time (epoch milliseconds), and its CRC-32,
 * which earlier versions did not store.
 */
const bundleContentSchema = z.object({
  sha256,
  modifiedAt: fileTimeMs,
  crc32: z.optional(intBetween(0, 0xffff_ffff)),
});
export type BundleContent = z.infer<typeof bundleContentSchema>;

/** `session-meta.json`: data for the list, recomputed by `saveSessionMeta`. Times are epoch milliseconds. */
export const sessionMetaSchema = z.object({
  version: z.literal(1),
  sessionId: sessionIdSchema,
  createdAt: epochMs,
  endedAt: epochMs,
  actionCount: count,
  screenshotCount: count,
  /** First video segment, relative to the session's folder. */
  videoRef: z.optional(segmentName),
  zipPath: z.optional(line),
  fileSizeBytes: z.optional(fileBytes),
  /** Recorded time without pauses. */
  recordedMs: z.optional(intBetween(0, 366 * 86_400_000)),
  /** True if the recording was cut off. */
  interrupted: z.optional(z.boolean()),
  /** Files missing from the bundle (see the header). */
  missing: z.optional(list(name, MOST_LISTED)),
  content: z.optional(bundleContentSchema),
});
export type SessionMeta = z.infer<typeof sessionMetaSchema>;

/** The state of a session's recording, separate from that of its upload. */
export type SessionCondition =
  | 'recording'
  | 'finalising'
  | 'repairing'
  | 'exporting'
  | 'exported'
  | 'interrupted'
  | 'export-failed'
  | 'damaged'
  /** Copied or renamed by hand: waits for the user to adopt it. */
  | 'to-adopt'
  /** Not a folder, such as a link, but named like a session: it can only be deleted. */
  | 'not-a-folder';

/** One row of the list. Times are epoch milliseconds. */
export type SessionListItem = {
  sessionId: string;
  /** Set if the folder's name is not a session id; `sessionId` is then the folder's key (see ids.ts). */
  folderName?: string;
  createdAt: number;
  endedAt?: number;
  actionCount: number;
  fileSizeBytes?: number;
  zipPath?: string;
  isExported: boolean;
  uploadStatus: UploadStatus;
  /** Set if the upload's state is unreadable: whether and how far it was uploaded is unknown. */
  uploadUnknown?: AppError;
  /**
   * Set if the upload's record came with the folder and this app did not write it. `here`: it names the bundle's
   * location in the current settings, so the bucket can be asked for it.
   */
  uploadClaim?: 'here' | 'elsewhere';
  /** 0–100. */
  uploadProgress?: number;
  lastUploadError?: string;

  screenshotCount: number;
  /** Recorded time without pauses. */
  durationMs?: number;
  condition: SessionCondition;
  /** The recording was cut off; stays true after its export. */
  wasInterrupted?: boolean;
  /** 0–100 while exporting. */
  exportProgress?: number;
  /** Recorded files that the user knowingly exported without, relative to the session's folder. */
  missingFiles?: string[];
  /** Recorded files that were missing at the last check of the folder; absent before the first check. */
  absentFiles?: string[];
  /** Other files in the folder; absent if none were found. */
  otherFiles?: OtherFiles;
  /** Why the recording or its export is in trouble. */
  problem?: AppError;
  /** Everything known about the upload; absent if it never began. */
  upload?: UploadProgressPayload;
  /** The bundle on this computer differs from the one in the bucket. Set with `done`. */
  changedSinceUpload?: boolean;
  /** `s3://bucket/key` once done. */
  location?: string;
  /** The last verified upload, even if a later one began or was cancelled. Set with `done`. */
  uploaded?: {
    location: string;
    sizeBytes: number;
    verifiedAt: number;
    /** The bucket's answer to the last check. */
    check?: { found: FoundInBucket; checkedAt: number };
  };
};
