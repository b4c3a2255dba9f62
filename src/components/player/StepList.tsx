import { useVirtualizer } from '@tanstack/react-virtual';
import { Camera } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { stepKinds, type PlayedStep, type StepKind } from '../../shared/playback/step';
import { clockText, describeStep, windowText } from '../../shared/playback/stepText';
import { cn } from '../ui/cn';
import { StepIcon } from './StepIcon';

const ROW_PX = 44;

/** A long list that is partly loaded; `want` requests a missing range. */
export type Rows<T> = {
  count: number;
  get: (index: number) => T | undefined;
  want: (first: number, last: number) => void;
};

type StepListProps = {
  steps: Rows<PlayedStep>;
  times: readonly number[];
  kindCodes: readonly number[];
  /** The latest step at the current time; -1 before the first. */
  current: number;
  onChoose: (index: number) => void;
};

/** All steps, of which only those in view are rendered; keeps the current one in view. */
export const StepList = memo(function StepList({
  steps,
  times,
  kindCodes,
  current,
  onChoose,
}: StepListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: steps.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => steps.want(first, last), [steps, first, last]);
  useEffect(() => {
    if (current >= 0) rows.scrollToIndex(current, { align: 'auto' });
  }, [rows, current]);
  const shown = items.some(({ index }) => index === current);
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Steps"
      tabIndex={0}
      aria-activedescendant={shown ? `step-${current}` : undefined}
      className="relative min-h-0 grow overflow-y-auto rounded-b-xl -outline-offset-2"
    >
      <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <StepRow
            key={index}
            {...{ index, start, onChoose }}
            step={steps.get(index)}
            tUs={times[index]!}
            kind={stepKinds[kindCodes[index]!]!}
            count={steps.count}
            isCurrent={index === current}
          />
        ))}
      </div>
    </div>
  );
});

type StepRowProps = {
  index: number;
  start: number;
  step?: PlayedStep;
  tUs: number;
  kind: StepKind;
  count: number;
  isCurrent: boolean;
  onChoose: (index: number) => void;
};

const StepRow = memo(function StepRow({ index, start, step, tUs, kind, ...rest }: StepRowProps) {
  const { count, isCurrent, onChoose } = rest;
  const what = step ? describeStep(step) : '…';
  const where = kind === 'window' ? '' : windowText(step?.window);
  return (
    <div
      id={`step-${index}`}
      role="option"
      aria-selected={isCurrent}
      aria-posinset={index + 1}
      aria-setsize={count}
      onClick={() => onChoose(index)}
      className={cn(
        'absolute inset-x-0 top-0 flex h-11 cursor-pointer items-center gap-2.5 border-l-3 border-transparent px-3 hover:bg-sunken',
        isCurrent && 'border-accent bg-accent-wash hover:bg-accent-wash',
      )}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span className="w-16 shrink-0 text-right text-xs text-soft tabular-nums">{clockText(tUs)}</span>
      <StepIcon kind={kind} />
      <span className="min-w-0 grow">
        <span className="block truncate text-sm" title={what}>
          {what}
        </span>
        {where && (
          <span className="block truncate text-2xs text-soft" title={where}>
            {where}
          </span>
        )}
      </span>
      {step?.screenshot && kind !== 'screenshot' && (
        <Camera aria-label="with screenshot" className="size-3.5 shrink-0 text-soft" />
      )}
    </div>
  );
});
