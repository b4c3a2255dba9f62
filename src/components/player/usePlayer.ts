import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Playback } from '../../shared/playback/playback';
import type { PlayedStep } from '../../shared/playback/step';
import { firstAfter } from '../../shared/playback/timeMap';
import { useTransient } from '../useTransient';
import { frameText, stepAsText } from './copiedText';
import type { OpenedPlayerProps, PlayerViewProps } from './playerProps';
import { nextSpeed, type PlayerCommand } from './playerKeys';
import type { Rows } from './StepList';
import { usePlaybackEngine } from './usePlaybackEngine';
import { usePlayerKeys } from './usePlayerKeys';

/** How many steps around the current one may have a mark on the picture. */
const MARKED_STEPS = 8;
const FRAME_US = 1_000_000 / 30;

/** The state of an opened session and all its commands. */
export function usePlayer({ playback, steps, onCopy, onClose }: OpenedPlayerProps) {
  const inUse = usePlaybackEngine(playback);
  const { engine, state } = inUse;
  const [helpOpen, setHelpOpen] = useState(false);
  const { current, seek, choose } = useStepChoice(playback, steps, inUse);
  const { copied, copy } = useCopied(onCopy);
  const toggle = () => (state.playing ? engine.pause() : engine.play());
  const run = (command: PlayerCommand): void => {
    if (command.kind === 'toggle') toggle();
    if (command.kind === 'by') seek(state.tUs + command.seconds * 1e6);
    if (command.kind === 'frame') seek(state.tUs + command.by * FRAME_US);
    if (command.kind === 'step') choose(current + command.by);
    if (command.kind === 'to') seek(command.where === 'start' ? 0 : playback.durationUs);
    if (command.kind === 'speed') engine.setSpeed(nextSpeed(state.speed, command.by));
    if (command.kind === 'help') setHelpOpen(true);
    if (command.kind === 'close') onClose();
  };
  usePlayerKeys(run);
  const step = steps.get(current);
  return {
    ...{ inUse, current, seek, choose, run, copied, step },
    stepsAround: useStepsAround(steps, current),
    help: { open: helpOpen, onClose: () => setHelpOpen(false) },
    setSpeed: (speed: number) => engine.setSpeed(speed),
    copyStep: () => step && copy('Step copied', stepAsText(step, current)),
    copyTime: () => copy('Time copied', frameText(playback, state)),
  };
}

function useStepChoice(
  { stepTimes }: Playback,
  steps: Rows<PlayedStep>,
  { engine, state }: ReturnType<typeof usePlaybackEngine>,
) {
  const [chosen, setChosen] = useState<number>();
  const seek = useCallback(
    (toUs: number) => {
      setChosen(undefined);
      engine.seek(toUs);
    },
    [engine],
  );
  const choose = useCallback(
    (index: number) => {
      const toUs = stepTimes[index];
      if (toUs === undefined) return;
      engine.pause();
      setChosen(index);
      engine.seek(toUs, steps.get(index)?.frame);
    },
    [engine, stepTimes, steps],
  );
  return { seek, choose, current: currentIndex(stepTimes, state.tUs, chosen) };
}

/** The latest step at the current time; of several at the same time, the one that the user chose. */
function currentIndex(times: readonly number[], tUs: number, chosen: number | undefined): number {
  if (chosen !== undefined && times[chosen] === tUs) return chosen;
  return firstAfter(times.length, (index) => times[index]! > tUs) - 1;
}

function useStepsAround(steps: Rows<PlayedStep>, current: number): PlayedStep[] {
  const first = Math.max(0, current - MARKED_STEPS);
  useEffect(() => steps.want(first, current + MARKED_STEPS), [steps, first, current]);
  return useMemo(() => {
    const known = Array.from({ length: current - first + 1 }, (_, index) => steps.get(first + index));
    return known.filter((step) => step !== undefined);
  }, [steps, first, current]);
}

/** The result of the last copy, to be announced. */
export type Copied = { ok: boolean; text: string };

function useCopied(onCopy: PlayerViewProps['onCopy']) {
  const [copied, setCopied] = useTransient<Copied>();
  const copy = (what: string, text: string) =>
    void onCopy(text).then(({ ok }) => setCopied({ ok, text: ok ? what : 'It could not be copied.' }));
  return { copied, copy };
}
