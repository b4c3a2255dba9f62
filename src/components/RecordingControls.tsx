import { Eye, EyeOff, Pause, Play, Square } from 'lucide-react';
import type { RecordingState } from '../shared/recording';
import { Button } from './ui/Button';
import { cn } from './ui/cn';

export type RecordingCallbacks = {
  onPause: () => void;
  onResume: () => void;
  onStop: () => void;
  onRedact: () => void;
  onReveal: () => void;
};

type RecordingControlsProps = RecordingCallbacks & {
  state: Pick<RecordingState, 'phase' | 'redacting'>;
  /** The global redaction shortcut, with this system's key names. */
  redactKeys?: string;
  size: 'small' | 'large';
};

/** Redact, pause or resume, and stop. Disabled while the recorder starts or finishes, except for stopping a start. */
export function RecordingControls({ state, size, redactKeys, ...on }: RecordingControlsProps) {
  const { phase, redacting } = state;
  const idle = phase !== 'recording' && phase !== 'paused';
  const keys = redactKeys ? ` (${redactKeys})` : '';
  return (
    <div
      data-focus-part
      className={cn('flex items-center justify-center gap-2', size === 'large' && 'flex-wrap')}
    >
      {redacting ? (
        <Button
          size={size}
          disabled={idle}
          focusableWhenDisabled
          title={`Record everything again${keys}`}
          onClick={on.onReveal}
        >
          <Eye aria-hidden />
          End redaction
        </Button>
      ) : (
        <Button
          size={size}
          disabled={idle}
          focusableWhenDisabled
          title={`Hide everything from the recording, at once${keys}`}
          onClick={on.onRedact}
        >
          <EyeOff aria-hidden />
          Redact
        </Button>
      )}
      {phase === 'paused' ? (
        <Button size={size} onClick={on.onResume}>
          <Play aria-hidden className="fill-current" />
          Resume
        </Button>
      ) : (
        <Button size={size} disabled={idle} focusableWhenDisabled onClick={on.onPause}>
          <Pause aria-hidden className="fill-current" />
          Pause
        </Button>
      )}
      <Button
        size={size}
        variant="record"
        disabled={idle && phase !== 'starting'}
        focusableWhenDisabled
        onClick={on.onStop}
      >
        <Square aria-hidden className="fill-current" />
        Stop
      </Button>
    </div>
  );
}
