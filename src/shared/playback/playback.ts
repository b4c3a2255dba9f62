import type { AppError } from '../appError';
import type { SessionHeader } from '../session';
import type { FramePoint } from './timeMap';

/** One segment of the video on the session's clock. */
export type PlaybackSegment = {
  /** Relative to the session's folder. */
  file: string;
  /** When its first frame was on screen, and when its last one was no longer recorded. */
  fromUs: number;
  untilUs: number;
  /** The geometry epoch it was recorded in. */
  epoch: number;
  /** Session time against video time; see timeMap. */
  points: FramePoint[];
};

/** Why there is no picture for a while, or (`redaction`) a black one. */
export type Silence = { fromUs: number; untilUs: number; why: 'pause' | 'video' | 'redaction' };

/** What the player knows of a session before it asks for its steps. Times are microseconds on the session's clock. */
export type Playback = {
  sessionId: string;
  header: Pick<
    SessionHeader,
    'createdAt' | 'state' | 'rebuilt' | 'source' | 'geometry' | 'capabilities' | 'redaction'
  >;
  durationUs: number;
  segments: PlaybackSegment[];
  silences: Silence[];
  /** Of each step, in order: when, and its kind as an index into `stepKinds`. */
  stepTimes: number[];
  stepKindCodes: number[];
  screenshotTimes: number[];
  /** What stands before a file's name in its address. */
  filesUrl: string;
  /** What could not be read; everything else plays. */
  problems: AppError[];
};
