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
  /** How the files of a recording are made; absent: by the system. */
  disk?: RecordingDisk;
  /** Where the sessions lie. */
  sessionsDir: string;
  /** Bytes that may still be written there. */
  freeBytes: () => Promise<number>;
};

export type Recorder = {
  options(how: { thumbnails: boolean }): Promise<CaptureOptions>;
  state(): RecordingState;
  /** Called at each change of the phase and about twice a second while recording. Answer unsubscribes. */
  onChange(listener: (state: RecordingState) => void): () => void;
  /** Each rejects with an AppFailure when the phase does not admit it. */
  start(request: StartRecording): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Resolves when the recording's files are finished; the export goes on by itself. A second stop means the first. A start
   * that waits for a choice in the system's dialog is given up: nothing was recorded, and nothing is left of it.
   */
  stop(): Promise<void>;
  /** Takes effect before it returns. Throws an AppFailure when nothing is recorded. */
  startRedaction(): void;
  /** Resolves when everything is recorded again. */
  endRedaction(): Promise<void>;
  captureReport(report: CaptureReport): void;
  captureChunk(token: string, bytes: Uint8Array, end: ChunkEnd): Promise<void>;
  captureScreenshot(requestId: string, bytes: Uint8Array): void;
  /**
   * Folders of sessions may have come back: where one was gone under its recording, that is told until it is there
   * again. From then on its row says what became of it.
   */
  foldersMoved(): Promise<void>;
  /** Stops and finalises a recording that runs. To be awaited before the app goes. */
  shutdown(): Promise<void>;
};

/** What a recording needs from its surroundings. */
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
  /** Absent: the system's. */
  disk?: RecordingDisk;
  /** The recording cannot go on and wants to be stopped; whatever is written stays. */
  onEnd: (error: AppError) => void;
};

/** What is to be recorded. */
export type RecordingChoice = {
  sessionId: string;
  source: CaptureSource;
  request: StartRecording;
  capabilities: Capability[];
  settings: RecordingSettings;
};
