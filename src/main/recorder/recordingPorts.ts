import type { AppError } from '../../shared/appError';
import type { CaptureSource, StartRecording } from '../../shared/recording';
import type { RecordingSettings } from '../../shared/recordingSettings';
import type { Capability } from '../../shared/session';
import type { SessionStore } from '../sessions/createSessions';
import type { RecordingDisk } from './sessionFiles';
import type { Clock, Logger, Random, ReportNotice } from '../../shared/runtime';
import type { Platform } from '../platformPort';

/** What a recording needs from its surroundings. */
export type RecordingPorts = {
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
