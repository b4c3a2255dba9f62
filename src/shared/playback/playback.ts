import type { AppError } from '../appError';
import type { SessionHeader } from '../session';
import type { FramePoint } from './timeMap';

/** One segment of the video on the session's clock. */
export type PlaybackSegment = {
  /** Relative to the session's folder. */
  file: string;
  /** When its first frame was on screen, and when recording of its last one ended. */
  fromUs: number;
  untilUs: number;
  /** The geometry epoch of the segment. */
  epoch: number;
  /** Session time against video time; see timeMap. */
  points: FramePoint[];
};

/** A period without a picture, or (`redaction`) with a black one, and why. */
export type Silence = { fromUs: number; untilUs: number; why: 'pause' | 'video' | 'redaction' };

/**
 * What the player knows about a session before it requests the steps. Times are microseconds on the session's clock.
 */
export type Playback = {
  sessionId: string;
  header: Pick<
    SessionHeader,
    'createdAt' | 'state' | 'rebuilt' | 'source' | 'geometry' | 'capabilities' | 'redaction'
  >;
  durationUs: number;
  segments: PlaybackSegment[];
  silences: Silence[];
  /** For each step in order: its time, and its kind as an index into `stepKinds`. */
  stepTimes: number[];
  stepKindCodes: number[];
  screenshotTimes: number[];
  /** Prefix of a file's URL. */
  filesUrl: string;
  /** Unreadable parts of the session; the rest plays. */
  problems: AppError[];
};
