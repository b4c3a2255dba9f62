import * as z from 'zod/mini';
import { count, intBetween, list, text, word } from './bounds';
import { rowKeySchema, sessionIdSchema } from './ids';
import { otherFilesSchema } from './otherFiles';
import { permissionNameSchema, type PermissionView } from './permissions';
import {
  captureReportSchema,
  chunkEndSchema,
  startRecordingSchema,
  type CaptureCommand,
  type CaptureOptions,
  type RecordingState,
  type ShortcutsInEffect,
} from './recording';
import { recordingSettingsSchema, type RecordingSettings } from './recordingSettings';
import type { AppError } from './appError';
import type { Playback } from './playback/playback';
import type { PlayedStep } from './playback/step';
import type { Screenshot, SessionListItem, SessionMeta } from './session';
import {
  linkExpirySchema,
  uploadConfigInputSchema,
  type AwsProfileView,
  type BucketCheck,
  type DownloadLink,
  type SaveConfigResult,
  type UploadConfigSnapshot,
  type UploadProgressPayload,
  type ValidateConfigResult,
} from './upload';

/** Which of our own pages may call a command. */
export type Caller = 'window' | 'capture';

type Command<A extends z.ZodMiniType, R> = { args: A; caller: Caller; result?: R };

function command<R>() {
  return <A extends z.ZodMiniType>(args: A, caller: Caller = 'window'): Command<A, R> => ({
    args,
    caller,
  });
}

const none = z.tuple([]);
const bySession = z.tuple([sessionIdSchema]);
const bytes = z.instanceof(Uint8Array);
/** One page of a session's list: index of the first row, and maximum number of rows. */
const page = z.tuple([sessionIdSchema, count, intBetween(1, 500)]);

/**
 * Every command: the schema of its arguments, the type of its result, and who may call it.
 * Transports (IPC today) are generated from this table; processes exchange nothing else.
 */
export const commands = {
  getUploadConfig: command<UploadConfigSnapshot>()(none),
  setUploadConfig: command<SaveConfigResult>()(z.tuple([uploadConfigInputSchema])),
  /** The AWS profiles that the settings can offer. */
  listAwsProfiles: command<AwsProfileView[]>()(none),
  validateUploadConfig: command<ValidateConfigResult>()(z.tuple([uploadConfigInputSchema])),
  listSessions: command<SessionListItem[]>()(none),
  /** Checks whether the sessions' files changed on disk; emits `sessions:changed` for changes. */
  lookForChanges: command<void>()(none),
  /** Checks visible sessions closely, including recorded files; call it every two seconds. */
  lookAtSessions: command<void>()(z.tuple([list(sessionIdSchema, 100)])),
  saveSessionMeta: command<SessionMeta>()(bySession),
  /** Fails with `WouldReplace` if the bucket holds an earlier bundle of the session. */
  uploadSession: command<void>()(bySession),
  /** Uploads in spite of `WouldReplace`, and replaces the earlier bundle. */
  replaceUpload: command<void>()(bySession),
  /** Asks the bucket whether it still holds the uploaded bundle. */
  checkUpload: command<BucketCheck>()(bySession),
  retryUpload: command<void>()(bySession),
  /** Retries the failed ones of these sessions; omits those that would replace an earlier bundle. */
  retryUploads: command<{ queued: number }>()(z.tuple([list(sessionIdSchema, 100_000)])),
  /** Also dismisses a failed upload. */
  cancelUpload: command<void>()(bySession),
  pauseUpload: command<void>()(bySession),
  resumeUpload: command<void>()(bySession),
  pauseAllUploads: command<void>()(none),
  resumeAllUploads: command<void>()(none),
  /** Uploads every session with a bundle that is not uploaded yet, oldest first. */
  uploadAllSessions: command<{ queued: number }>()(none),
  /** A link with which anyone can download an uploaded bundle until it expires. */
  makeDownloadLink: command<DownloadLink>()(z.tuple([sessionIdSchema, linkExpirySchema])),
  copyText: command<void>()(z.tuple([text(10_000)])),

  /** Fails with `FilesMissing` if the bundle would lack recorded files. */
  exportSession: command<void>()(bySession),
  /** Exports in spite of missing files; the bundle lists them. */
  exportWithoutMissing: command<void>()(bySession),
  /**
   * Fails with `OtherFiles` if the folder holds files that the app did not create and that the argument does not name.
   */
  deleteSession: command<void>()(z.tuple([sessionIdSchema, z.optional(otherFilesSchema)])),
  /** Turns a copied or renamed folder into a session of its own, or restores its name. Returns the session's id. */
  adoptSession: command<string>()(z.tuple([rowKeySchema])),
  showSessionInFolder: command<void>()(z.tuple([rowKeySchema])),

  /** Loads a session for the player. Its steps and screenshots are available until it is closed. */
  openPlayback: command<Playback>()(bySession),
  closePlayback: command<void>()(bySession),
  readSteps: command<PlayedStep[]>()(page),
  readScreenshots: command<Screenshot[]>()(page),

  getCaptureOptions: command<CaptureOptions>()(none),
  getRecordingSettings: command<RecordingSettings>()(none),
  /** Returns the settings now in effect. */
  setRecordingSettings: command<RecordingSettings>()(z.tuple([recordingSettingsSchema])),
  getPermissions: command<PermissionView[]>()(none),
  /** Shows the system's permission dialog if it was never shown before. */
  askPermission: command<PermissionView[]>()(z.tuple([permissionNameSchema])),
  openPermissionSettings: command<void>()(z.tuple([permissionNameSchema])),
  /** Some permissions take effect only after a restart. */
  restartApp: command<void>()(none),
  getShortcuts: command<ShortcutsInEffect>()(none),
  getRecordingState: command<RecordingState>()(none),
  startRecording: command<void>()(z.tuple([startRecordingSchema])),
  pauseRecording: command<void>()(none),
  resumeRecording: command<void>()(none),
  stopRecording: command<void>()(none),
  /** Hides everything from now until `endRedaction`. No-op if already hidden. */
  startRedaction: command<void>()(none),
  endRedaction: command<void>()(none),

  getNotices: command<Notice[]>()(none),
  dismissNotices: command<void>()(z.tuple([list(word, 1000)])),

  captureReport: command<void>()(z.tuple([captureReportSchema]), 'capture'),
  /**
   * A chunk of the segment named by `token`, in order. Resolves once it is on disk: one in flight at a time, for
   * backpressure.
   */
  captureChunk: command<void>()(z.tuple([word, bytes, chunkEndSchema]), 'capture'),
  /** The JPEG requested by `requestId`; its `screenshot` report precedes it. */
  captureScreenshot: command<void>()(z.tuple([word, bytes]), 'capture'),
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandArgs<N extends CommandName> = z.output<Commands[N]['args']> & unknown[];
export type CommandResult<N extends CommandName> =
  NonNullable<Commands[N]['result']> extends never ? void : Exclude<Commands[N]['result'], undefined>;

/** A message for the user that belongs to no single row: a quarantined file, a recovered session. */
export type Notice = { id: string; kind: 'info' | 'warning' | 'error'; error: AppError };

/** Every event that main emits, by name. Payloads are plain data. */
export type Events = {
  'upload:progress': UploadProgressPayload;
  'recording:state': RecordingState;
  /** The list changed in more than an upload's progress: fetch it again. */
  'sessions:changed': { sessionId?: string };
  'export:progress': { sessionId: string; progress: number };
  'app:notices': Notice[];
  'app:show-view': { view: 'recording' | 'sessions' };
  'capture:command': CaptureCommand;
};
export type EventName = keyof Events;

export const eventNames = [
  'upload:progress',
  'recording:state',
  'sessions:changed',
  'export:progress',
  'app:notices',
  'app:show-view',
  'capture:command',
] as const satisfies readonly EventName[];
