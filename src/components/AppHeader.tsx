import { useMemo } from 'react';
import type { RecordingState } from '../shared/recording';
import type { SessionListItem } from '../shared/session';
import { formatClock } from './format';
import { RecordingDot } from './RecordingDot';
import { describePhase, elapsedAt } from './recordingText';
import { tellUploads, type UploadsTold } from './sessionRules';
import { GlanceBadge } from './ui/Badge';
import { cn } from './ui/cn';

export type View = 'recording' | 'sessions';

type AppHeaderProps = {
  view: View;
  onView: (view: View) => void;
  sessions: readonly SessionListItem[];
  state?: RecordingState;
  nowMs: number;
};

/**
 * The app's name and the switch between its views. Both views also show a running recording and the uploads' state
 * here.
 */
export function AppHeader({ view, onView, sessions, state, nowMs }: AppHeaderProps) {
  const uploads = useMemo(() => tellUploads(sessions), [sessions]);
  const running = state !== undefined && state.phase !== 'idle';
  return (
    <header className="grid grid-cols-[1fr_auto_1fr] items-center gap-3 border-b border-line bg-surface px-5 py-2.5">
      <h1 className="flex min-w-0 items-center gap-2.5 font-semibold">
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full border-2 border-ink"
        >
          <span className="size-2.5 rounded-full bg-live" />
        </span>
        <span className="truncate max-[559px]:sr-only">Session Recorder</span>
      </h1>
      <nav aria-label="Views" className="flex gap-1 rounded-xl bg-sunken p-1">
        <ViewButton name="Record" current={view === 'recording'} onClick={() => onView('recording')} />
        <ViewButton
          name="Sessions"
          current={view === 'sessions'}
          uploads={uploads}
          onClick={() => onView('sessions')}
        />
      </nav>
      {/* Always rendered, so that its first message is announced; progress is not announced, it would never end. */}
      <p aria-live="polite" className="sr-only">
        {uploads?.alarm}
      </p>
      {running && (
        <p
          title={describePhase(state)}
          className="flex items-center justify-end gap-2 text-sm font-medium tabular-nums"
        >
          <RecordingDot state={state} />
          {formatClock(elapsedAt(state, nowMs))}
        </p>
      )}
    </header>
  );
}

type ViewButtonProps = { name: string; current: boolean; uploads?: UploadsTold; onClick: () => void };

function ViewButton({ name, current, uploads, onClick }: ViewButtonProps) {
  return (
    <button
      type="button"
      title={uploads?.text}
      aria-pressed={current}
      onClick={onClick}
      className={cn(
        'flex h-8 items-center gap-2 rounded-lg px-4 text-sm font-medium text-soft transition-colors hover:text-ink',
        current && 'bg-raised text-ink shadow-card ring-1 ring-line',
      )}
    >
      {name}
      {uploads && <GlanceBadge tone={uploads.tone} text={uploads.glance} />}
    </button>
  );
}
