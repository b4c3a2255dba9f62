import type { RecordingState } from '../shared/recording';
import { LiveRecording } from './LiveRecording';
import type { RecordingCallbacks } from './RecordingControls';
import { RecordingSetup, type RecordingSetupProps } from './RecordingSetup';

type RecordingViewProps = Omit<RecordingSetupProps, 'starting'> &
  RecordingCallbacks & { state?: RecordingState; nowMs: number };

/** The recording view: choices before, the running recording during. */
export function RecordingView({ state, nowMs, onPause, onResume, onStop, ...setup }: RecordingViewProps) {
  const idle = state === undefined || state.phase === 'idle' || state.phase === 'starting';
  return (
    <div className="h-full overflow-y-auto">
      {idle ? (
        <RecordingSetup {...setup} starting={state?.phase === 'starting'} />
      ) : (
        <LiveRecording state={state} nowMs={nowMs} onPause={onPause} onResume={onResume} onStop={onStop} />
      )}
    </div>
  );
}
