import type { RecordingState } from '../shared/recording';
import { formatBytes, formatClock } from './format';
import { RecordingControls, type RecordingCallbacks } from './RecordingControls';
import { RecordingDot } from './RecordingDot';
import { RecordingSigns } from './RecordingSigns';
import { describePhase, elapsedAt, isPictureLost } from './recordingText';
import { Callout } from './ui/Callout';
import { cn } from './ui/cn';

type LiveRecordingProps = RecordingCallbacks & {
  state: RecordingState;
  nowMs: number;
  redactKeys?: string;
};

/** A running recording: its time, its counts, and its controls. */
export function LiveRecording({ state, nowMs, redactKeys, ...callbacks }: LiveRecordingProps) {
  const lost = isPictureLost(state);
  return (
    <section
      aria-label="Current recording"
      className="mx-auto flex max-w-2xl flex-col items-center gap-6 px-5 pt-12 pb-8"
    >
      <p className={cn('flex items-center gap-2.5 text-base font-semibold', lost && 'text-bad')}>
        <RecordingDot state={state} />
        <span role="status">{describePhase(state)}</span>
      </p>
      <p
        role="timer"
        aria-label="Elapsed time"
        className={cn(
          'text-6xl font-semibold tracking-tight tabular-nums',
          state.phase === 'paused' && 'text-soft',
        )}
      >
        {formatClock(elapsedAt(state, nowMs))}
      </p>
      <RecordingControls state={state} redactKeys={redactKeys} size="large" {...callbacks} />
      <RecordingSigns state={state} />
      {lost && (
        <Callout tone="error" role="alert" className="w-full">
          <p className="font-medium">The picture has stopped arriving.</p>
          <p className="text-soft">
            What was recorded so far is safe. If the picture does not come back, stop and start again.
          </p>
        </Callout>
      )}
      {state.phase === 'stopping' && (
        <p className="text-sm text-soft">
          Finishing the video and making the bundle. This can take a moment.
        </p>
      )}
      <Gathered state={state} />
    </section>
  );
}

function Gathered({ state }: { state: RecordingState }) {
  const count = new Intl.NumberFormat();
  return (
    <dl className="grid w-full grid-cols-3 divide-x divide-line rounded-xl border border-line bg-surface py-4 text-center shadow-card">
      <Figure name="Actions" value={count.format(state.actionCount)} />
      <Figure name="Screenshots" value={count.format(state.screenshotCount)} />
      <Figure name="Video" value={formatBytes(state.videoBytes)} />
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex min-w-0 flex-col-reverse px-3">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="text-xl font-semibold tabular-nums">{value}</dd>
    </div>
  );
}
