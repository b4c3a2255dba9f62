import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from './components/ErrorBoundary';
import { RecordingBar } from './components/RecordingBar';
import { shortcutKeys } from './components/recordingText';
import { useKeptFocus } from './hooks/useKeptFocus';
import { useNow } from './hooks/useNow';
import { useRecording } from './hooks/useRecording';
import { useShortcuts } from './hooks/useShortcuts';
import './styles.css';

const TICK_MS = 250;

/** The small always-on-top window during a recording. */
function Toolbar() {
  const { state, refusal, commands } = useRecording();
  const nowMs = useNow(TICK_MS);
  useKeptFocus();
  const redactKeys = shortcutKeys(useShortcuts()?.redact);
  return (
    <RecordingBar
      state={state}
      nowMs={nowMs}
      refused={refusal?.message}
      onPause={commands.pause}
      onResume={commands.resume}
      onStop={commands.stop}
      onRedact={commands.redact}
      onReveal={commands.reveal}
      redactKeys={redactKeys}
    />
  );
}

document.title = 'Session Recorder toolbar';
// The boundary already shows the caught error with its details.
createRoot(document.getElementById('root')!, { onCaughtError: () => undefined }).render(
  <StrictMode>
    <ErrorBoundary what="The toolbar">
      <Toolbar />
    </ErrorBoundary>
  </StrictMode>,
);
