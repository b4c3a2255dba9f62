import type { RecordingState } from '../shared/recording';
import { LiveRecording } from './LiveRecording';
import type { RecordingCallbacks } from './RecordingControls';
import { shortcutKeys } from './recordingText';
import { RecordingSetup, type RecordingSetupProps } from './RecordingSetup';

type RecordingViewProps = Omit<RecordingSetupProps, 'starting' | 'onCancel'> & {
  state?: RecordingState;
  nowMs: number;
  live: RecordingCallbacks;
};

/** The recording view: the choices before a recording, then the running recording. */
export function RecordingView({ state, nowMs, live, ...setup }: RecordingViewProps) {
  const redactKeys = shortcutKeys(setup.options?.shortcuts?.redact);
  const idle = state === undefined || state.phase === 'idle' || state.phase === 'starting';
  return idle ? (
    <RecordingSetup {...setup} starting={state?.phase === 'starting'} onCancel={live.onStop} />
  ) : (
    <LiveRecording state={state} nowMs={nowMs} redactKeys={redactKeys} {...live} />
  );
}
