import { placeOnPicture } from '../../shared/playback/placeOnPicture';
import type { Playback } from '../../shared/playback/playback';
import type { PlayedStep, Point } from '../../shared/playback/step';

/** How long a mark stays visible during playback. */
const SHOWN_US = 800_000;

export type Size = { width: number; height: number };

type ClickMarksProps = {
  header: Playback['header'];
  /** The geometry epoch of the shown frame. */
  epoch: number;
  picture: Size;
  /** Steps around the current time, oldest first. */
  steps: readonly PlayedStep[];
  tUs: number;
};

/** Recent clicks, drags and scrolls, drawn at their positions on the picture. */
export function ClickMarks({ header, epoch, picture, steps, tUs }: ClickMarksProps) {
  const radius = Math.max(picture.width, picture.height) / 60;
  const placed = (point: Point | undefined) => {
    const place = point && placeOnPicture(header, epoch, point, picture);
    return place ? { x: place.x * picture.width, y: place.y * picture.height } : null;
  };
  const shown = steps.filter((step) => tUs >= step.tUs && tUs - step.untilUs < SHOWN_US);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${picture.width} ${picture.height}`}
      className="pointer-events-none absolute inset-0 size-full"
    >
      {shown.map((step) => {
        const [from, to] = [placed(step.at), placed(step.to)];
        if (from === null) return null;
        return (
          <g key={`${step.firstAction}-${step.kind}`} data-mark={step.kind} fill="none">
            {to && <Arrow {...{ from, to, radius }} />}
            <Ring {...from} radius={radius} isDouble={step.kind === 'double-click'} />
          </g>
        );
      })}
    </svg>
  );
}

type Place = { x: number; y: number };

/** A bright ring in a dark one: visible on any picture. */
function Ring({ x, y, radius, isDouble }: Place & { radius: number; isDouble: boolean }) {
  const width = radius / 4;
  return (
    <>
      <circle cx={x} cy={y} r={radius} stroke="#000" strokeOpacity={0.55} strokeWidth={width * 2} />
      <circle cx={x} cy={y} r={radius} stroke="#ffd84d" strokeWidth={width} />
      {isDouble && <circle cx={x} cy={y} r={radius * 1.7} stroke="#ffd84d" strokeWidth={width} />}
      <circle cx={x} cy={y} r={radius / 5} fill="#ffd84d" stroke="#000" strokeWidth={width / 3} />
    </>
  );
}

function Arrow({ from, to, radius }: { from: Place; to: Place; radius: number }) {
  const path = `M ${from.x} ${from.y} L ${to.x} ${to.y}`;
  return (
    <>
      <path d={path} stroke="#000" strokeOpacity={0.55} strokeWidth={radius / 2} />
      <path d={path} stroke="#ffd84d" strokeWidth={radius / 4} strokeDasharray={radius / 1.5} />
      <circle cx={to.x} cy={to.y} r={radius / 2} fill="#ffd84d" stroke="#000" strokeWidth={radius / 8} />
    </>
  );
}
