import { Progress } from '@base-ui/react/progress';
import { cn } from './cn';

/** A bar from 0 to 100. `still` takes the colour out while nothing moves. */
export function ProgressBar({ label, value, still }: { label: string; value: number; still?: boolean }) {
  return (
    <Progress.Root aria-label={label} value={Math.min(100, Math.max(0, value))}>
      <Progress.Track className="h-1.5 overflow-hidden rounded-full bg-line">
        <Progress.Indicator
          className={cn(
            'rounded-full transition-[width] duration-300 ease-out',
            still ? 'bg-edge' : 'bg-accent',
          )}
        />
      </Progress.Track>
    </Progress.Root>
  );
}
