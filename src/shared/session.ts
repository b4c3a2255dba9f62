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
/** Nothing of a session's folder has another name: what one of its files names is never looked for elsewhere. */
/** What the recorder calls its files in `video/` and `screenshots/`. */
export const segmentFile = /^\d{1,10}\.(mp4|webm)$/;
export const screenshotFile = /^\d{1,10}\.jpg$/;

const segmentName = matching(/^video\/\d{1,10}\.(mp4|webm)$/, 'segment', 40);
const screenshotName = matching(/^screenshots\/\d{1,10}\.jpg$/, 'screenshot', 40);
/** The most segments, screenshots or clock readings that a file may list. */
const MOST_LISTED = 1_000_000;

/**
 * One arrangement of displays. Coordinates elsewhere are physical pixels of a display named here;
 * a change of arrangement starts a new epoch. Bounds are physical pixels in the desktop's coordinate space.
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

/** Something this machine could not record, or the user did not ask for, and why. */
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
  /** One sentence for the user. Present when not available. */
  why: z.optional(line),
});
export type Capability = z.infer<typeof capabilitySchema>;

export const sessionStateSchema = z.enum(['recording', 'finalising', 'finished', 'interrupted']);

/** What the keys typed by the layout of the keyboard, by their KeyboardEvent.code: `{ "KeyW": "z" }`. */
export const keyNamesSchema = record(word, word, 1000);
export type KeyNames = z.infer<typeof keyNamesSchema>;

/**
 * A segment's container and the size of its picture in pixels; `sizeChanges`: the size when it began; others follow.
 * `scaledFrom` is the size of what was recorded, where that is more than an encoder takes.
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
  /** True where the recording's own header was lost and this one was made from its files; `unknown` means just that. */
  rebuilt: z.optional(z.boolean()),
  createdAt: epochMs,
  endedAt: z.optional(epochMs),
  /** Microseconds on the session clock at stop. */
  durationUs: z.optional(tUs),
  /** Microseconds of it that were recorded: without the pauses. */
  recordedUs: z.optional(tUs),
  app: z.object({ name, version: word }),
  os: z.object({ platform: word, release: word, arch: word }),
  source: z.object({
    id: word,
    name,
    kind: z.enum(['screen', 'window']),
    /** Which display of `geometry` a screen is, where the system says so. */
    display: z.optional(display),
  }),
  geometry: list(geometryEpochSchema, MOST_LISTED),
  /** (monotonic, UTC) pairs: at start, every minute, after wake-up and at stop. */
  clocks: list(z.object({ tUs, utcMs: epochMs }), MOST_LISTED),
  capabilities: list(capabilitySchema, 100),
  /** The layouts of the keyboard, each from `tUs` on. Absent where the system does not tell. */
  keyboard: z.optional(list(z.object({ tUs, keys: keyNamesSchema }), 10_000)),
  redaction: z.object({
    /** False by default: printable keys are events without their code. */
    keyCodesRecorded: z.boolean(),
    /** Whether it was asked for which window had the keyboard. Absent in older recordings, which never knew. */
    activeWindowRecorded: z.optional(z.boolean()),
    /**
     * Apps and titles that were left out: while one had the keyboard there are no keys, no title and no screenshots.
     * Text contained in either; `*` stands for anything. Case, width, blanks and what nobody can see make no difference.
     */
    excluded: z.optional(list(name, 1000)),
  }),
  /** Whether sound was recorded. Where it was asked for in vain, `capabilities` say why. */
  microphone: z.boolean(),
  /** `mimeType` is the last segment's; `details` tell each one's. Recordings of earlier versions have no details. */
  video: z.optional(
    z.object({
      mimeType: word,
      segments: list(segmentName, MOST_LISTED),
      details: z.optional(list(segmentDetailSchema, MOST_LISTED)),
    }),
  ),
  /**
   * Files that were recorded and were no longer there when the bundle was made, relative to the session's folder:
   * whoever made it knew and wanted it all the same.
   */
  missing: z.optional(list(name, MOST_LISTED)),
});
export type SessionHeader = z.infer<typeof sessionHeaderSchema>;

const modifiers = list(z.enum(['ctrl', 'alt', 'shift', 'meta']), 10);
const rectangle = z.object({ x: coordinate, y: coordinate, width: extent, height: extent });
const pointer = { tUs, display, epoch, x: coordinate, y: coordinate };
/** Absent, and 0 in older recordings: a button that the system does not number. */
const button = z.optional(intBetween(0, 1000));
const key = z.optional(word);

/**
 * One line of `actions.jsonl`, one element of `actions.json`'s `actions`.
 * `button`: 1 left, 2 right, 3 middle, 4 back, 5 forward, 6 and up others; absent where the system gives no number. `key` is absent for a printable key unless full codes were
 * opted in to or a shortcut modifier (Ctrl, Alt, Meta) was held; names are those of the Web's KeyboardEvent.code.
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
   * From about `tUs` on this window had the keyboard; `bounds` are physical pixels of `display`. One that was excluded
   * has nothing but `excluded`.
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
   * Between `fromUs` and `tUs` the person recording hid everything: the picture is black, no input was kept. While it
   * lasts, the log holds it with `tUs` equal to `fromUs`.
   */
  z.object({ type: z.literal('redaction'), tUs, fromUs: tUs }),
]);
export type Action = z.infer<typeof actionSchema>;

/** `actions.json`: made from `actions.jsonl` at the end. */
export const actionsFileSchema = z.object({
  version: z.literal(1),
  sessionId: sessionIdSchema,
  actions: list(actionSchema, 1_000_000_000),
});

/** One line of `frames.jsonl`: the frame at `ptsUs` within `segment` was on screen at `tUs`. */
export const frameSchema = z.object({ tUs, segment: segmentName, ptsUs: tUs });
export type Frame = z.infer<typeof frameSchema>;

/** Of a picture, in pixels. */
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
 * What the last bundle of a session holds: SHA-256 of its manifest, the file's time (epoch milliseconds), and its CRC-32,
 * which earlier versions did not keep.
 */
const bundleContentSchema = z.object({
  sha256,
  modifiedAt: fileTimeMs,
  crc32: z.optional(intBetween(0, 0xffff_ffff)),
});
export type BundleContent = z.infer<typeof bundleContentSchema>;

/** `session-meta.json`: what the list shows, recomputed by `saveSessionMeta`. Times are epoch milliseconds. */
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
  /** How long was recorded, pauses left out. */
  recordedMs: z.optional(intBetween(0, 366 * 86_400_000)),
  /** True where the recording was cut off. */
  interrupted: z.optional(z.boolean()),
  /** What the bundle was made without (see the header). */
  missing: z.optional(list(name, MOST_LISTED)),
  content: z.optional(bundleContentSchema),
});
export type SessionMeta = z.infer<typeof sessionMetaSchema>;

/** What can be said of a session's recording, beside what is said of its upload. */
export type SessionCondition =
  | 'recording'
  | 'finalising'
  | 'repairing'
  | 'exporting'
  | 'exported'
  | 'interrupted'
  | 'export-failed'
  | 'damaged'
  /** Copied or renamed by hand: it waits for the user to adopt it. */
  | 'to-adopt'
  /** Something with the name of a session that is no folder, such as a link: it can only be deleted. */
  | 'not-a-folder';

/** One row of the list. Times are epoch milliseconds. The plan's fields, then what the card shows beside them. */
export type SessionListItem = {
  sessionId: string;
  /** Set where the folder's name is no session id; `sessionId` is then the folder's key (see ids.ts). */
  folderName?: string;
  createdAt: number;
  endedAt?: number;
  actionCount: number;
  fileSizeBytes?: number;
  zipPath?: string;
  isExported: boolean;
  uploadStatus: UploadStatus;
  /** Set where the state of the upload cannot be read: whether and how far it was uploaded is not known. */
  uploadUnknown?: AppError;
  /**
   * Set where the record of the upload came with the folder, and this app did not write it. `here`: it names a bundle
   * just where this session's goes by the settings, so the bucket can be asked for it.
   */
  uploadClaim?: 'here' | 'elsewhere';
  /** 0–100. */
  uploadProgress?: number;
  lastUploadError?: string;

  screenshotCount: number;
  /** Recorded time: pauses do not count. */
  durationMs?: number;
  condition: SessionCondition;
  /** The recording was cut off; stays true after its export. */
  wasInterrupted?: boolean;
  /** 0–100 while exporting. */
  exportProgress?: number;
  /** Recorded files that the bundle was knowingly made without, relative to the session's folder. */
  missingFiles?: string[];
  /** Recorded files that the folder did not hold when it was last looked into; absent until it was. */
  absentFiles?: string[];
  /** What else the folder holds; absent where nothing else was found. */
  otherFiles?: OtherFiles;
  /** Why the recording or its export is in trouble. */
  problem?: AppError;
  /** Everything known of the upload; absent when it never began. */
  upload?: UploadProgressPayload;
  /** The bundle on this computer is another by now than the one in the bucket. Set with `done`. */
  changedSinceUpload?: boolean;
  /** `s3://bucket/key` once done. */
  location?: string;
  /** The last verified upload, though a later one may have begun or been cancelled. Set with `done`. */
  uploaded?: {
    location: string;
    sizeBytes: number;
    verifiedAt: number;
    /** What the bucket said when it was last asked. */
    check?: { found: FoundInBucket; checkedAt: number };
  };
};
