import { cn } from './cn';

type ProgressBarProps = {
  label: string;
  /** 0–100. */
  value: number;
  /** The part that is permanent; the rest is drawn lighter. Absent: all. */
  solid?: number;
  /** Removes the colour while there is no progress. */
  still?: boolean;
};

export function ProgressBar({ label, value, solid = value, still }: ProgressBarProps) {
  const percent = Math.min(100, Math.max(0, value));
  const colour = still ? 'bg-edge' : 'bg-accent';
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(percent)}
      className="relative h-1.5 overflow-hidden rounded-full bg-line"
    >
      <Fill className={cn(colour, 'opacity-45')} percent={percent} />
      <Fill className={colour} percent={Math.min(percent, solid)} />
    </div>
  );
}

function Fill({ className, percent }: { className: string; percent: number }) {
  return (
    <div
      className={cn(
        'absolute inset-y-0 left-0 rounded-full transition-[width] duration-300 ease-out',
        className,
      )}
      style={{ width: `${percent}%` }}
    />
  );
}
