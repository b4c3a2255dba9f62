import type { AppError } from '../../shared/appError';
import type {
  CaptureOptions,
  CaptureReport,
  CaptureSource,
  ChunkEnd,
  RecordingState,
  StartRecording,
} from '../../shared/recording';
import type { RecordingSettings } from '../../shared/recordingSettings';
import type { Clock, Logger, Random, ReportNotice, WithdrawNotice } from '../../shared/runtime';
import type { Capability } from '../../shared/session';
import type { Platform } from '../platformPort';
import type { RecordingSettingsStore } from '../recordingSettings';
import type { SessionStore } from '../sessions/createSessions';
import type { Exporter } from './bundle/exporter';
import type { RecordingDisk } from './sessionFiles';

export type RecorderParts = {
  platform: Pick<
    Platform,
    | 'app'
    | 'os'
    | 'windows'
    | 'listCaptureSources'
    | 'captureCapabilities'
    | 'listDisplays'
    | 'onDisplaysChanged'
    | 'startInputProcess'
    | 'pointerAt'
    | 'activeWindow'
    | 'onWake'
    | 'keepAwake'
  >;
  sessions: SessionStore;
  settings: Pick<RecordingSettingsStore, 'load'>;
  exporter: Exporter;
  clock: Clock;
  random: Random;
  log: Logger;
  report: ReportNotice;
  withdraw: WithdrawNotice;
  /** Creates the files of a recording; the system's disk by default. */
  disk?: RecordingDisk;
  sessionsDir: string;
  /** Bytes free in `sessionsDir`. */
  freeBytes: () => Promise<number>;
};

export type Recorder = {
  options(how: { thumbnails: boolean }): Promise<CaptureOptions>;
  state(): RecordingState;
  /** Called at each change of phase, and about twice a second while recording. @returns unsubscribe */
  onChange(listener: (state: RecordingState) => void): () => void;
  /** Like the next three, rejects with an AppFailure in the wrong phase. */
  start(request: StartRecording): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Resolves when the recording's files are finished; the export continues in the background. Joins a stop that is
   * running, and cancels a start that waits for a choice in the system's dialog.
   */
  stop(): Promise<void>;
  /** Takes effect before it returns. Throws an AppFailure without a recording. */
  startRedaction(): void;
  /** Resolves when recording shows everything again. */
  endRedaction(): Promise<void>;
  captureReport(report: CaptureReport): void;
  captureChunk(token: string, bytes: Uint8Array, end: ChunkEnd): Promise<void>;
  captureScreenshot(requestId: string, bytes: Uint8Array): void;
  /** Session folders have moved. Clears the problem of a recording whose missing folder is back. */
  foldersMoved(): Promise<void>;
  /** Stops and finalises a running recording. Await it before the app quits. */
  shutdown(): Promise<void>;
};

export type RecordingParts = {
  platform: Pick<
    Platform,
    | 'app'
    | 'os'
    | 'windows'
    | 'listDisplays'
    | 'listCaptureSources'
    | 'startInputProcess'
    | 'pointerAt'
    | 'activeWindow'
  >;
  sessions: SessionStore;
  clock: Clock;
  random: Random;
  log: Logger;
  report: ReportNotice;
  /** The system's disk by default. */
  disk?: RecordingDisk;
  /** The recording cannot continue and must be stopped. Written files stay. */
  onEnd: (error: AppError) => void;
};

/** What to record. */
export type RecordingChoice = {
  sessionId: string;
  source: CaptureSource;
  request: StartRecording;
  capabilities: Capability[];
  settings: RecordingSettings;
};
