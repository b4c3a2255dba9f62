import { Tooltip } from '@base-ui/react/tooltip';
import { useCallback, useRef, useState, type RefObject } from 'react';
import { AppHeader, type View } from './components/AppHeader';
import { ErrorBoundary } from './components/ErrorBoundary';
import { forgetPlace, newListMemory, type ListMemory } from './components/listMemory';
import { NoticeArea } from './components/NoticeArea';
import { PlayerView } from './components/player/PlayerView';
import { RecordingView } from './components/RecordingView';
import { SessionListView } from './components/SessionListView';
import { SettingsArea } from './components/SettingsArea';
import { useConfigAttempt, type ConfigAttempt } from './components/useConfigAttempt';
import { useKeptScroll } from './components/useKeptScroll';
import { useRetryOffer, type RetryOffer } from './components/useRetryOffer';
import { useScrollKeys } from './components/useScrollKeys';
import { hasChangedSettings, type UploadConfigForm } from './components/uploadConfigForm';
import type { TellOutcome } from './hooks/listCommands';
import { cn } from './components/ui/cn';
import { useBridgeEvent } from './hooks/useBridgeEvent';
import { useCaptureOptions } from './hooks/useCaptureOptions';
import { useKeptFocus } from './hooks/useKeptFocus';
import { useNotices } from './hooks/useNotices';
import { useNow } from './hooks/useNow';
import { useOpenedSession } from './hooks/useOpenedSession';
import { usePermissions } from './hooks/usePermissions';
import { useRecordingSettings } from './hooks/useRecordingSettings';
import { useRecording, type Recording } from './hooks/useRecording';
import { useSessions, type Sessions } from './hooks/useSessions';
import { useUploadConfig, type UploadSettings } from './hooks/useUploadConfig';
import type { AppError } from './shared/appError';
import type { UploadConfigInput } from './shared/upload';

const TICK_MS = 500;
const RECORDING_NOTICE = 'recording';
const ALL_UPLOADS_NOTICE = 'all-uploads';

/** The main window: two views, and above them the content that concerns both. */
export function App() {
  const [view, setView] = useState<View>('recording');
  const kept = useRef(newListMemory());
  const recording = useRecording(() => {
    forgetPlace(kept.current);
    setView('sessions');
  });
  const { notices, dismiss, put } = useNotices();
  const sessions = useSessions(
    useCallback<TellOutcome>((outcome) => put(ALL_UPLOADS_NOTICE, outcome), [put]),
  );
  const { close } = sessions;
  useKeptFocus();
  const showView = (wanted: View) => {
    close();
    setView(wanted);
  };
  const [body, setBody] = useState<HTMLElement | null>(null);
  useKeptScroll(body, useRef(0), view === 'recording');
  useScrollKeys(body, view === 'recording');
  const trouble = useTrouble(recording);
  const nowMs = useNow(TICK_MS);
  useBridgeEvent('app:show-view', (wanted) => showView(wanted.view));

  return (
    <Tooltip.Provider>
      {/* Isolated: floating elements in here stay below a dialog's backdrop. */}
      <div className="isolate flex h-full flex-col">
        <ErrorBoundary what="The header" shown={sessions.sessions}>
          <AppHeader
            {...{ view, nowMs }}
            sessions={sessions.sessions}
            state={recording.state}
            onView={showView}
          />
        </ErrorBoundary>
        {/* The recording view scrolls as a whole, including notices; the list and the player scroll by themselves. */}
        <div
          ref={setBody}
          className={cn(
            'flex min-h-0 grow flex-col',
            view === 'recording' && 'overflow-y-auto [scrollbar-gutter:stable]',
          )}
        >
          <NoticeArea
            notices={[...trouble.notices, ...notices]}
            hasGutter={view === 'sessions'}
            onDismiss={(ids) => {
              if (ids.includes(RECORDING_NOTICE)) trouble.dismiss();
              dismiss(ids);
            }}
          />
          <Views {...{ view, recording, sessions, nowMs, kept }} onRecord={() => setView('recording')} />
        </div>
      </div>
    </Tooltip.Provider>
  );
}

type ViewsProps = {
  view: View;
  recording: Recording;
  sessions: Sessions;
  nowMs: number;
  kept: RefObject<ListMemory>;
  onRecord: () => void;
};

/** The chosen view; the player covers the sessions view. If a view fails, the header and the other view stay. */
function Views({ view, recording, sessions, nowMs, kept, onRecord }: ViewsProps) {
  const [draft, setDraft] = useState<UploadConfigForm>();
  const attempt = useConfigAttempt();
  const [settingsOpen, setSettingsOpen] = useState(false);
  const offer = useRetryOffer(sessions.sessions);
  const settings = useUploadConfig();
  const { opened } = sessions;
  return (
    <main
      data-focus-home
      tabIndex={-1}
      className={cn('relative grow outline-none', view === 'sessions' && 'min-h-0')}
    >
      <ErrorBoundary what="This view" shown={view}>
        {view === 'recording' ? (
          <RecordingScreen recording={recording} nowMs={nowMs} />
        ) : (
          <SessionsScreen
            {...{ sessions, nowMs, draft, attempt, onRecord, settings, settingsOpen, offer, kept }}
            onDraft={setDraft}
            onSettingsOpen={setSettingsOpen}
          />
        )}
      </ErrorBoundary>
      {view === 'sessions' && opened !== undefined && (
        <ErrorBoundary what="This session" shown={opened}>
          <PlayerScreen sessionId={opened} sessions={sessions} />
        </ErrorBoundary>
      )}
    </main>
  );
}

/** The error that prevents a recording or ended it, until the user dismisses it. */
function useTrouble({ refusal, state }: Recording) {
  const [read, setRead] = useState<AppError>();
  const error = refusal ?? (state?.phase === 'idle' ? state.problem : undefined);
  const isNew = error !== undefined && error !== read;
  return {
    notices: isNew ? [{ id: RECORDING_NOTICE, kind: 'error' as const, error }] : [],
    dismiss: () => setRead(error),
  };
}

/** Covers the list, which stays mounted below. */
function PlayerScreen({ sessionId, sessions }: { sessionId: string; sessions: Sessions }) {
  const { retry, copy, ...session } = useOpenedSession(sessionId);
  const createdAt = sessions.sessions.find((item) => item.sessionId === sessionId)?.createdAt;
  return (
    <div data-focus-cover className="absolute inset-0 bg-canvas">
      <PlayerView {...session} createdAt={createdAt} onRetry={retry} onCopy={copy} onClose={sessions.close} />
    </div>
  );
}

function RecordingScreen({ recording, nowMs }: { recording: Recording; nowMs: number }) {
  const { refresh, ...choices } = useCaptureOptions();
  const { save, ...settings } = useRecordingSettings();
  const { ask, openSettings, restart, ...permissions } = usePermissions(refresh);
  const { start, pause, resume, stop, redact, reveal } = recording.commands;
  return (
    <RecordingView
      {...choices}
      state={recording.state}
      nowMs={nowMs}
      privacy={{ ...settings, onSave: save }}
      permissions={{ ...permissions, onAsk: ask, onOpenSettings: openSettings, onRestart: restart }}
      onRefresh={refresh}
      onStart={start}
      live={{ onPause: pause, onResume: resume, onStop: stop, onRedact: redact, onReveal: reveal }}
    />
  );
}

type SessionsScreenProps = {
  sessions: Sessions;
  nowMs: number;
  /** Unsaved settings. */
  draft?: UploadConfigForm;
  attempt: ConfigAttempt;
  settings: UploadSettings;
  settingsOpen: boolean;
  offer: RetryOffer;
  /** The list's state when it was last rendered. */
  kept: RefObject<ListMemory>;
  onDraft: (draft: UploadConfigForm | undefined) => void;
  onSettingsOpen: (open: boolean) => void;
  onRecord: () => void;
};

function SessionsScreen(props: SessionsScreenProps) {
  const { sessions, nowMs, draft, attempt, settings, settingsOpen, offer, kept, onDraft, onRecord } = props;
  const { refresh, ...list } = sessions;
  const save = async (input: UploadConfigInput) => {
    const before = settings.snapshot?.config ?? null;
    const reply = await settings.save(input);
    if (reply.ok && reply.value.saved && hasChangedSettings(before, reply.value.config, input)) offer.make();
    return reply;
  };
  return (
    <SessionListView
      {...list}
      nowMs={nowMs}
      kept={kept}
      retryOffer={offer}
      onReload={refresh}
      onRecord={onRecord}
      temporaryKeys={settings.temporaryKeys}
      hasDestination={settings.snapshot && settings.snapshot.config !== null}
      settingsOpen={settingsOpen}
      settingsUnsaved={draft !== undefined}
      onSettingsOpen={(open) => {
        props.onSettingsOpen(open);
        // An upload may have updated the destination's capabilities.
        if (open) settings.reload();
      }}
      settings={
        <SettingsArea
          {...{ snapshot: settings.snapshot, loadError: settings.loadError, draft, onDraft, attempt }}
          profiles={settings.profiles}
          onReload={settings.reload}
          onSave={save}
          onTest={settings.test}
          onCopy={settings.copy}
        />
      }
    />
  );
}
