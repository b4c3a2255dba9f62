import { Pause, Play, Square } from 'lucide-react';
import type { RecordingState } from '../shared/recording';
import { Button } from './ui/Button';

export type RecordingCallbacks = { onPause: () => void; onResume: () => void; onStop: () => void };

type RecordingControlsProps = RecordingCallbacks & {
  phase: RecordingState['phase'];
  size: 'small' | 'large';
};

/** Pause or resume, and stop; out of use while the recorder starts or finishes. */
export function RecordingControls({ phase, size, onPause, onResume, onStop }: RecordingControlsProps) {
  const idle = phase !== 'recording' && phase !== 'paused';
  return (
    <div className="flex items-center gap-2">
      {phase === 'paused' ? (
        <Button size={size} onClick={onResume}>
          <Play aria-hidden className="fill-current" />
          Resume
        </Button>
      ) : (
        <Button size={size} disabled={idle} onClick={onPause}>
          <Pause aria-hidden className="fill-current" />
          Pause
        </Button>
      )}
      <Button size={size} variant="record" disabled={idle} onClick={onStop}>
        <Square aria-hidden className="fill-current" />
        Stop
      </Button>
    </div>
  );
}
