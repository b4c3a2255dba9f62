import { Settings } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { AppError } from '../shared/appError';
import { ErrorText } from './ErrorText';
import { formatCount } from './format';
import { ListActions, type ListCallbacks } from './ListActions';
import { SessionList, type SessionListProps } from './SessionList';
import { RetryCallout } from './RetryCallout';
import { countForAll } from './sessionRules';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';
import { useKeptScroll } from './useKeptScroll';
import type { RetryOffer } from './useRetryOffer';
import { useScrollKeys } from './useScrollKeys';

type SessionListViewProps = Omit<SessionListProps, 'scroller'> & {
  listCommands: ListCallbacks;
  retryOffer: RetryOffer;
  /** The id of the session whose player covers the list. */
  opened?: string;
  loading: boolean;
  loadError?: AppError;
  onReload: () => void;
  onRecord: () => void;
  /** False if no bucket was ever configured; undefined while unknown. */
  hasDestination?: boolean;
  settingsOpen: boolean;
  onSettingsOpen: (open: boolean) => void;
  /** Whether the settings form has unsaved changes. */
  settingsUnsaved: boolean;
  /** The settings panel; shown above the list while it is open. */
  settings: ReactNode;
};

/** The sessions, and above them the content that concerns them all. */
export function SessionListView(props: SessionListViewProps) {
  const { sessions, settingsOpen, onSettingsOpen, hasDestination, loading, loadError, retryOffer } = props;
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  useKeptScroll(scroller, props.kept.current.scrollTop);
  useScrollKeys(scroller, props.opened === undefined);
  const counts = useMemo(() => countForAll(sessions), [sessions]);
  const known = sessions.length > 0 || !(loading || loadError);
  return (
    <div
      ref={setScroller}
      inert={props.opened !== undefined}
      className="relative h-full overflow-y-auto [scrollbar-gutter:stable]"
    >
      <div className="mx-auto max-w-5xl space-y-4 px-5 pt-5 pb-10">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
          <div className="flex items-baseline gap-3">
            <h2 data-focus-home tabIndex={-1} className="text-lg font-semibold">
              Your sessions
            </h2>
            {known && sessions.length > 0 && (
              <span className="text-sm text-soft">{formatCount(sessions.length, 'session', 'sessions')}</span>
            )}
          </div>
          <div className="flex flex-wrap gap-2 max-[559px]:[&_svg]:hidden">
            <ListActions counts={counts} canUpload={hasDestination === true} commands={props.listCommands} />
            <Button
              size="small"
              aria-expanded={settingsOpen}
              aria-controls={settingsOpen ? 'upload-settings' : undefined}
              onClick={() => onSettingsOpen(!settingsOpen)}
            >
              <Settings aria-hidden />
              {props.settingsUnsaved && !settingsOpen ? 'Settings (not saved)' : 'Settings'}
            </Button>
          </div>
        </div>
        {settingsOpen && (
          <div id="upload-settings" data-focus-part>
            {props.settings}
          </div>
        )}
        <RetryCallout offer={retryOffer} onRetry={props.listCommands.retryAll} />
        {hasDestination === false && !settingsOpen && <NoDestination onSetUp={() => onSettingsOpen(true)} />}
        <SessionsOrWhyNot {...props} scroller={scroller} />
      </div>
    </div>
  );
}

function SessionsOrWhyNot(props: SessionListViewProps & SessionListProps) {
  const { sessions, loading, loadError, onReload, onRecord } = props;
  const { commands, notes, temporaryKeys, nowMs, place, scroller, kept, onShown } = props;
  const row = { commands, notes, temporaryKeys, nowMs, place };
  return (
    <>
      {loadError && (
        <Callout
          tone="error"
          role="alert"
          aside={
            <Button size="small" onClick={onReload} disabled={loading} focusableWhenDisabled>
              {loading ? 'Trying…' : 'Try again'}
            </Button>
          }
        >
          <ErrorText error={loadError} />
        </Callout>
      )}
      {/* Mounted even without rows, to keep its focus state. */}
      <SessionList {...row} {...{ sessions, scroller, kept, onShown }} />
      {sessions.length === 0 && loading && !loadError && <LoadingRows />}
      {sessions.length === 0 && !loading && !loadError && <NoSessions onRecord={onRecord} />}
    </>
  );
}

function NoDestination({ onSetUp }: { onSetUp: () => void }) {
  return (
    <Callout
      tone="info"
      aside={
        <Button size="small" onClick={onSetUp}>
          Set up upload
        </Button>
      }
    >
      <p className="font-medium">Your recordings stay on this computer for now.</p>
      <p className="text-soft">To upload them, say which bucket they should go to.</p>
    </Callout>
  );
}

function NoSessions({ onRecord }: { onRecord: () => void }) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-2xl border border-dashed border-edge/60 px-6 py-16 text-center">
      <span aria-hidden className="mb-2 grid size-12 place-items-center rounded-full bg-sunken">
        <span className="size-4 rounded-full bg-live" />
      </span>
      <p className="text-base font-semibold">No sessions yet</p>
      <p className="max-w-sm text-soft">
        Record your screen once and the session appears here, ready to be uploaded.
      </p>
      <Button variant="primary" className="mt-3" onClick={onRecord}>
        Go to recording
      </Button>
    </div>
  );
}

function LoadingRows() {
  return (
    <div aria-busy="true" aria-live="polite" className="space-y-3">
      <span className="sr-only">Loading…</span>
      {[0, 1, 2].map((row) => (
        <div key={row} aria-hidden className="space-y-3 rounded-xl border border-line bg-surface px-5 py-5">
          <div className="h-4 w-64 max-w-full animate-pulse rounded bg-sunken" />
          <div className="h-3 w-96 max-w-full animate-pulse rounded bg-sunken" />
        </div>
      ))}
    </div>
  );
}
