import type { AppError, Reply } from '../../shared/appError';
import type { Playback } from '../../shared/playback/playback';
import type { PlayedStep } from '../../shared/playback/step';
import type { Screenshot } from '../../shared/session';
import type { Place } from '../format';
import type { Rows } from './StepList';

export type PlayerViewProps = {
  /** Epoch milliseconds. */
  createdAt?: number;
  place?: Place;
  /** Absent until the session is loaded. */
  playback?: Playback;
  loadError?: AppError;
  onRetry: () => void;
  steps: Rows<PlayedStep> & { error?: AppError };
  screenshots: Rows<Screenshot>;
  onCopy: (text: string) => Promise<Reply<void>>;
  onClose: () => void;
};

/** The props for a loaded session. */
export type OpenedPlayerProps = Omit<PlayerViewProps, 'playback'> & { playback: Playback };
