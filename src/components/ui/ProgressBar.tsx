import { cn } from './cn';

/** A bar from 0 to 100. `still` takes the colour out while nothing moves. */
export function ProgressBar({ label, value, still }: { label: string; value: number; still?: boolean }) {
  const percent = Math.min(100, Math.max(0, value));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(percent)}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className={cn(
          'h-full rounded-full transition-[width] duration-300 ease-out',
          still ? 'bg-edge' : 'bg-accent',
        )}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
