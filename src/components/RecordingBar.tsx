import type { RecordingState } from '../shared/recording';
import { formatClock } from './format';
import { RecordingControls, type RecordingCallbacks } from './RecordingControls';
import { RecordingDot } from './RecordingDot';
import { describeDisk, describePhase, describeRunning, elapsedAt, isPictureLost } from './recordingText';
import { cn } from './ui/cn';

type RecordingBarProps = RecordingCallbacks & {
  state?: RecordingState;
  nowMs: number;
  refused?: string;
  redactKeys?: string;
};

/** The toolbar window: about 500 by 56 pixels, dragged by its background. */
export function RecordingBar({ state, nowMs, refused, redactKeys, ...callbacks }: RecordingBarProps) {
  const lost = state !== undefined && isPictureLost(state);
  const warning = refused ?? (lost ? 'No picture' : undefined);
  const redacting = state?.redacting === true;
  return (
    <main
      className={cn(
        'window-drag flex h-full items-center justify-between gap-3 overflow-hidden border bg-raised px-3.5',
        warning ? 'border-bad' : 'border-line',
        redacting && 'border-violet-600 bg-violet-100 dark:bg-violet-950',
      )}
    >
      {state && (
        <div className="flex min-w-0 items-center gap-2.5">
          <RecordingDot state={state} />
          <div className="min-w-0 leading-tight">
            <p role="timer" aria-label="Elapsed time" className="text-base font-semibold tabular-nums">
              {formatClock(elapsedAt(state, nowMs))}
            </p>
            <p role="status" className="sr-only">
              {describePhase(state)}
            </p>
            <p
              title={warning}
              className={cn(
                'truncate text-2xs text-soft',
                (warning || describeDisk(state)?.short) && 'font-semibold text-bad',
              )}
            >
              {warning ?? describeRunning(state)}
            </p>
          </div>
        </div>
      )}
      {state && (
        <div className="window-no-drag">
          <RecordingControls state={state} redactKeys={redactKeys} size="small" {...callbacks} />
        </div>
      )}
    </main>
  );
}
