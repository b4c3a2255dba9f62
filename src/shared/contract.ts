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
/** A page of a session's list: the index of its first row, and how many at most. */
const page = z.tuple([sessionIdSchema, count, intBetween(1, 500)]);

/**
 * Every command: its arguments' schema, its result's type, and who may call it.
 * Transports (IPC today) are generated from this table; nothing else crosses between the processes.
 */
export const commands = {
  getUploadConfig: command<UploadConfigSnapshot>()(none),
  setUploadConfig: command<SaveConfigResult>()(z.tuple([uploadConfigInputSchema])),
  /** The AWS profiles that the settings can offer. */
  listAwsProfiles: command<AwsProfileView[]>()(none),
  validateUploadConfig: command<ValidateConfigResult>()(z.tuple([uploadConfigInputSchema])),
  listSessions: command<SessionListItem[]>()(none),
  /** Looks whether somebody touched the sessions' files; what changed is told by `sessions:changed`. */
  lookForChanges: command<void>()(none),
  /** Looks closely at sessions that somebody sees, recorded files included; to be called every other second. */
  lookAtSessions: command<void>()(z.tuple([list(sessionIdSchema, 100)])),
  saveSessionMeta: command<SessionMeta>()(bySession),
  /** Refused with `WouldReplace` where the bucket holds an earlier bundle of the session. */
  uploadSession: command<void>()(bySession),
  /** Uploads all the same, in the earlier one's place. */
  replaceUpload: command<void>()(bySession),
  /** Asks the bucket whether it still holds what was uploaded. */
  checkUpload: command<BucketCheck>()(bySession),
  retryUpload: command<void>()(bySession),
  /** Puts those of them back that failed; what would replace an earlier bundle is left out. */
  retryUploads: command<{ queued: number }>()(z.tuple([list(sessionIdSchema, 100_000)])),
  /** A failed upload is dismissed by it. */
  cancelUpload: command<void>()(bySession),
  pauseUpload: command<void>()(bySession),
  resumeUpload: command<void>()(bySession),
  pauseAllUploads: command<void>()(none),
  resumeAllUploads: command<void>()(none),
  /** Every session with a bundle that is not uploaded yet, oldest first. */
  uploadAllSessions: command<{ queued: number }>()(none),
  /** A link with which anybody can download an uploaded bundle until it ends. */
  makeDownloadLink: command<DownloadLink>()(z.tuple([sessionIdSchema, linkExpirySchema])),
  copyText: command<void>()(z.tuple([text(10_000)])),

  /** Refused with `FilesMissing` where the bundle would lack files that were recorded. */
  exportSession: command<void>()(bySession),
  /** Exports all the same; the bundle says what it lacks. */
  exportWithoutMissing: command<void>()(bySession),
  /** Refused with `OtherFiles` where the folder holds files that are not the app's and that were not named here. */
  deleteSession: command<void>()(z.tuple([sessionIdSchema, z.optional(otherFilesSchema)])),
  /** Makes a copied or renamed folder a session of its own, or gives it its name back. Answers the session's id. */
  adoptSession: command<string>()(z.tuple([rowKeySchema])),
  showSessionInFolder: command<void>()(z.tuple([rowKeySchema])),

  /** Reads a session for the player. Its steps and screenshots can then be asked for until it is closed. */
  openPlayback: command<Playback>()(bySession),
  closePlayback: command<void>()(bySession),
  readSteps: command<PlayedStep[]>()(page),
  readScreenshots: command<Screenshot[]>()(page),

  getCaptureOptions: command<CaptureOptions>()(none),
  getRecordingSettings: command<RecordingSettings>()(none),
  /** Answers what is kept now. */
  setRecordingSettings: command<RecordingSettings>()(z.tuple([recordingSettingsSchema])),
  getPermissions: command<PermissionView[]>()(none),
  /** Puts up the system's question, where it was never put up before. */
  askPermission: command<PermissionView[]>()(z.tuple([permissionNameSchema])),
  openPermissionSettings: command<void>()(z.tuple([permissionNameSchema])),
  /** Some permissions hold after a restart only. */
  restartApp: command<void>()(none),
  getShortcuts: command<ShortcutsInEffect>()(none),
  getRecordingState: command<RecordingState>()(none),
  startRecording: command<void>()(z.tuple([startRecordingSchema])),
  pauseRecording: command<void>()(none),
  resumeRecording: command<void>()(none),
  stopRecording: command<void>()(none),
  /** Hides everything from this instant until `endRedaction`. Nothing happens when it is hidden already. */
  startRedaction: command<void>()(none),
  endRedaction: command<void>()(none),

  getNotices: command<Notice[]>()(none),
  dismissNotices: command<void>()(z.tuple([list(word, 1000)])),

  captureReport: command<void>()(z.tuple([captureReportSchema]), 'capture'),
  /** A chunk of the segment named by `token`, in order. Answers when it is on disk: one in flight, so it is backpressure. */
  captureChunk: command<void>()(z.tuple([word, bytes, chunkEndSchema]), 'capture'),
  /** The JPEG asked for by `requestId`; its `screenshot` report has been sent before. */
  captureScreenshot: command<void>()(z.tuple([word, bytes]), 'capture'),
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandArgs<N extends CommandName> = z.output<Commands[N]['args']> & unknown[];
export type CommandResult<N extends CommandName> =
  NonNullable<Commands[N]['result']> extends never ? void : Exclude<Commands[N]['result'], undefined>;

/** Something the user should know that belongs to no single row: a quarantined file, a recovered session. */
export type Notice = { id: string; kind: 'info' | 'warning' | 'error'; error: AppError };

/** Every event main pushes, by name. Payloads are plain data. */
export type Events = {
  'upload:progress': UploadProgressPayload;
  'recording:state': RecordingState;
  /** The list changed in more than an upload's progress; ask for it again. */
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
