import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { stepKinds } from '../../shared/playback/step';
import { clockText } from '../../shared/playback/stepText';
import { fromLineTime, toLineTime, type TimeLine } from '../../shared/playback/timeLine';
import { drawMarks } from './drawMarks';
import { stepLooks } from './StepIcon';

type TimeLineBarProps = {
  line: TimeLine;
  tUs: number;
  stepTimes: readonly number[];
  kindCodes: readonly number[];
  onSeek: (tUs: number) => void;
};

/** The whole session from left to right: every step a mark, every gap hatched. The player handles its keys. */
export function TimeLineBar({ line, tUs, stepTimes, kindCodes, onSeek }: TimeLineBarProps) {
  const [hover, setHover] = useState<number>();
  const share = line.lengthUs === 0 ? 0 : toLineTime(line, tUs) / line.lengthUs;
  const timeUnder = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return fromLineTime(line, at * line.lengthUs);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Time"
      aria-valuemin={0}
      aria-valuemax={Math.round(line.durationUs / 1e6)}
      aria-valuenow={Math.round(tUs / 1e6)}
      aria-valuetext={`${clockText(tUs)} of ${clockText(line.durationUs)}`}
      className="group relative h-9 shrink-0 cursor-pointer touch-none rounded-lg border border-line bg-sunken"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onSeek(timeUnder(event));
      }}
      onPointerMove={(event) => {
        setHover(timeUnder(event));
        if (event.buttons === 1) onSeek(timeUnder(event));
      }}
      onPointerLeave={() => setHover(undefined)}
    >
      <Marks {...{ line, stepTimes, kindCodes }} />
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 -ml-px w-0.5 bg-live"
        style={{ left: `${share * 100}%` }}
      >
        <span className="absolute -top-1 -left-1 size-2.5 rounded-full bg-live" />
      </span>
      {hover !== undefined && (
        <span
          aria-hidden
          className="pointer-events-none absolute bottom-full mb-1.5 -translate-x-1/2 rounded bg-ink px-1.5 py-0.5 text-2xs text-canvas tabular-nums"
          style={{ left: `${Math.min(97, Math.max(3, (toLineTime(line, hover) / line.lengthUs) * 100))}%` }}
        >
          {clockText(hover)}
        </span>
      )}
    </div>
  );
}

type MarksProps = Pick<TimeLineBarProps, 'line' | 'stepTimes' | 'kindCodes'>;

/** Drawn on a canvas: there may be tens of thousands of marks. */
function Marks({ line, stepTimes, kindCodes }: MarksProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const draw = () => {
      const style = getComputedStyle(element);
      const colorOf = (name: string) => style.getPropertyValue(name);
      const colors = stepKinds.map((kind) => colorOf(stepLooks[kind].color));
      const marks = stepTimes.map((tUs, index) => ({
        at: toLineTime(line, tUs) / Math.max(1, line.lengthUs),
        color: colors[kindCodes[index]!]!,
      }));
      drawMarks(element, line, marks, colorOf('--edge'));
    };
    const resized = new ResizeObserver(draw);
    resized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', draw);
    };
  }, [line, stepTimes, kindCodes]);
  return <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full rounded-lg" />;
}
