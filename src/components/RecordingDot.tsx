import type { RecordingState } from '../shared/recording';
import { isPictureLost } from './recordingText';
import { cn } from './ui/cn';

/**
 * Pulses red while recording, is violet during a redaction and amber while paused, and is a hollow ring when the
 * picture is lost.
 */
export function RecordingDot({ state }: { state: RecordingState }) {
  const lost = isPictureLost(state);
  return (
    <span
      aria-hidden
      className={cn(
        'inline-block size-3 shrink-0 rounded-full bg-soft',
        state.phase === 'recording' && !lost && 'animate-breathe bg-live',
        state.phase === 'paused' && 'bg-amber-500',
        state.redacting && 'animate-none bg-violet-500',
        lost && 'border-2 border-bad bg-transparent',
      )}
    />
  );
}
