import { ChevronFirst, ChevronLast, Clock, Copy, Keyboard, Pause, Play } from 'lucide-react';
import { clockText } from '../../shared/playback/stepText';
import { IconButton } from '../ui/Button';
import { MenuButton } from '../ui/MenuButton';
import { cn } from '../ui/cn';
import { speeds } from './playerKeys';
import type { Copied } from './usePlayer';

type PlayerControlsProps = {
  tUs: number;
  durationUs: number;
  playing: boolean;
  speed: number;
  /** The last copied item, to be announced. */
  copied?: Copied;
  hasStep: boolean;
  onToggle: () => void;
  onStep: (by: 1 | -1) => void;
  onSpeed: (speed: number) => void;
  onCopyStep: () => void;
  onCopyTime: () => void;
  onHelp: () => void;
};

const speedChoices = speeds.map((value) => ({ label: `${value}×`, value }));

export function PlayerControls({ tUs, durationUs, playing, speed, copied, ...on }: PlayerControlsProps) {
  return (
    <div role="group" aria-label="Playback" className="relative flex shrink-0 flex-wrap items-center gap-1">
      <IconButton label="Previous step" onClick={() => on.onStep(-1)}>
        <ChevronFirst aria-hidden />
      </IconButton>
      <IconButton label={playing ? 'Pause' : 'Play'} onClick={on.onToggle}>
        {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
      </IconButton>
      <IconButton label="Next step" onClick={() => on.onStep(1)}>
        <ChevronLast aria-hidden />
      </IconButton>
      <p className="mx-2 text-sm tabular-nums">
        <span className="font-medium">{clockText(tUs)}</span>
        <span className="text-soft"> / {clockText(durationUs)}</span>
      </p>
      <MenuButton title="Speed" choices={speedChoices} onChoose={on.onSpeed}>
        <span className="sr-only">Speed </span>
        {speed}×
      </MenuButton>
      {/* Above the controls, so that they do not move. */}
      <span aria-live="polite" className="pointer-events-none absolute right-0 bottom-full mb-1">
        {copied && (
          <span
            className={cn(
              'block rounded-lg border border-line bg-raised px-2.5 py-1.5 text-xs font-medium shadow-float',
              copied.ok ? 'text-good' : 'text-bad',
            )}
          >
            {copied.text}
          </span>
        )}
      </span>
      <span className="ml-auto" />
      <IconButton
        label="Copy step"
        whyDisabled={on.hasStep ? undefined : 'No step was done until here.'}
        onClick={on.onCopyStep}
      >
        <Copy aria-hidden />
      </IconButton>
      <IconButton label="Copy time of this frame" onClick={on.onCopyTime}>
        <Clock aria-hidden />
      </IconButton>
      <IconButton label="Keys" onClick={on.onHelp}>
        <Keyboard aria-hidden />
      </IconButton>
    </div>
  );
}
