import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { clockText } from '../../shared/playback/stepText';
import type { Screenshot } from '../../shared/session';
import { cn } from '../ui/cn';
import type { Rows } from './StepList';

const THUMBNAIL_PX = 116;
const GAP_PX = 8;

type ScreenshotStripProps = {
  screenshots: Rows<Screenshot>;
  times: readonly number[];
  filesUrl: string;
  /** The latest one at the current time; -1 before the first. */
  current: number;
  onSeek: (tUs: number) => void;
};

/** The screenshots from left to right; only those in view are loaded. */
export const ScreenshotStrip = memo(function ScreenshotStrip(props: ScreenshotStripProps) {
  const { screenshots, times, filesUrl, current, onSeek } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The virtualizer is read during render and mutates itself, so nothing here may be memoised on it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const columns = useVirtualizer({
    horizontal: true,
    count: screenshots.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => THUMBNAIL_PX,
    gap: GAP_PX,
    overscan: 3,
  });
  const items = columns.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => screenshots.want(first, last), [screenshots, first, last]);
  useEffect(() => {
    if (current >= 0) columns.scrollToIndex(current, { align: 'auto' });
  }, [columns, current]);
  if (screenshots.count === 0) return null;
  return (
    <section aria-label="Screenshots" className="shrink-0">
      <div ref={scroller} className="overflow-x-auto rounded-lg pb-1">
        <div className="relative h-18" style={{ width: columns.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <button
              key={index}
              type="button"
              tabIndex={-1}
              aria-label={`Screenshot at ${clockText(times[index]!)}`}
              aria-current={index === current || undefined}
              onClick={() => onSeek(times[index]!)}
              className={cn(
                'absolute top-0 left-0 h-18 w-29 overflow-hidden rounded-lg border border-line bg-sunken',
                index === current && 'border-2 border-accent',
              )}
              style={{ transform: `translateX(${start}px)` }}
            >
              <Thumbnail file={screenshots.get(index)?.file} filesUrl={filesUrl} />
              <span className="absolute right-1 bottom-1 rounded bg-black/75 px-1 text-2xs text-white tabular-nums">
                {clockText(times[index]!)}
              </span>
            </button>
          ))}
        </div>
      </div>
    </section>
  );
});

function Thumbnail({ file, filesUrl }: { file?: string; filesUrl: string }) {
  if (file === undefined) return null;
  return (
    <img
      src={`${filesUrl}${file}`}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      className="size-full object-cover"
    />
  );
}
