import { firstAfter } from '../../shared/playback/timeMap';
import { formatCount } from '../format';
import { KeyHelp } from './KeyHelp';
import { PlaybackProblems } from './PlaybackProblems';
import { PlayerControls } from './PlayerControls';
import { ScreenshotStrip } from './ScreenshotStrip';
import { Stage } from './Stage';
import { StepList } from './StepList';
import { TimeLineBar } from './TimeLineBar';
import type { OpenedPlayerProps } from './playerProps';
import { usePlayer } from './usePlayer';

/** A loaded session: picture, time line and controls, with its steps beside them. */
export function OpenedPlayer(props: OpenedPlayerProps) {
  const { playback, steps, place } = props;
  const player = usePlayer(props);
  return (
    <div className="grid min-h-0 grow grid-rows-[minmax(min-content,3fr)_minmax(11rem,2fr)] gap-4 overflow-y-auto min-[820px]:grid-cols-[minmax(0,1fr)_20rem] min-[820px]:grid-rows-1">
      <PictureColumn {...props} player={player} />
      <div className="flex min-h-0 flex-col rounded-xl border border-line bg-surface shadow-card">
        <h3 className="shrink-0 border-b border-line px-4 py-2.5 text-sm font-semibold">
          {formatCount(steps.count, 'step', 'steps', place)}
        </h3>
        {steps.count === 0 ? (
          <p className="p-4 text-soft">Nothing was clicked or typed in this session.</p>
        ) : (
          <StepList
            {...{ steps, times: playback.stepTimes, kindCodes: playback.stepKindCodes }}
            current={player.current}
            onChoose={player.choose}
          />
        )}
      </div>
      <KeyHelp {...player.help} />
    </div>
  );
}

function PictureColumn(props: OpenedPlayerProps & { player: ReturnType<typeof usePlayer> }) {
  const { playback, steps, screenshots, player } = props;
  const { inUse, run, seek } = player;
  const { tUs, playing, speed } = inUse.state;
  const shots = playback.screenshotTimes;
  // A click's own screenshot is taken a moment after the click.
  const shownUs = Math.max(tUs, player.step?.screenshot?.tUs ?? 0);
  const shot = firstAfter(shots.length, (index) => shots[index]! > shownUs) - 1;
  return (
    <div className="flex min-h-0 min-w-0 flex-col gap-2.5">
      <PlaybackProblems playback={playback} pageError={steps.error} />
      <Stage {...inUse} playback={playback} steps={player.stepsAround} screenshot={screenshots.get(shot)} />
      <TimeLineBar
        {...{ line: inUse.line, tUs, stepTimes: playback.stepTimes, kindCodes: playback.stepKindCodes }}
        onSeek={seek}
      />
      <PlayerControls
        {...{ tUs, playing, speed, copied: player.copied, durationUs: inUse.line.durationUs }}
        hasStep={player.step !== undefined}
        onToggle={() => run({ kind: 'toggle' })}
        onStep={(by) => run({ kind: 'step', by })}
        onSpeed={player.setSpeed}
        onCopyStep={player.copyStep}
        onCopyTime={player.copyTime}
        onHelp={() => run({ kind: 'help' })}
      />
      <ScreenshotStrip
        {...{ screenshots, filesUrl: playback.filesUrl, current: shot, onSeek: seek, times: shots }}
      />
    </div>
  );
}
