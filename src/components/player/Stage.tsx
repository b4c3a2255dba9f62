import { useState } from 'react';
import type { Playback } from '../../shared/playback/playback';
import type { PlayedStep } from '../../shared/playback/step';
import { clockText, lengthWords } from '../../shared/playback/stepText';
import { itemAt } from '../../shared/playback/timeLine';
import type { Screenshot } from '../../shared/session';
import { ClickMarks, type Size } from './ClickMarks';
import type { EngineInUse } from './usePlaybackEngine';

type StageProps = EngineInUse & {
  playback: Playback;
  /** Steps around the current time, oldest first. */
  steps: readonly PlayedStep[];
  /** The latest one at the current time, shown if a video cannot be played. */
  screenshot?: Screenshot;
};

/** The current picture with its click marks, or why there is none. A click plays and pauses. */
export function Stage({ playback, engine, line, state, steps, screenshot }: StageProps) {
  const [size, setSize] = useState<Size>();
  const { segment, picture, tUs } = state;
  const file = segment === null ? undefined : playback.segments[segment];
  const replaced = picture === 'error' || file === undefined ? screenshot : undefined;
  const marked = replaced ?? (picture === 'error' ? undefined : size);
  const epoch = file?.epoch ?? playback.header.geometry[0]?.epoch ?? 0;
  return (
    <section
      aria-label="Picture"
      className="relative min-h-40 grow overflow-hidden rounded-xl bg-black text-white"
      onClick={() => (state.playing ? engine.pause() : engine.play())}
    >
      {file && (
        <video
          key={segment}
          src={`${playback.filesUrl}${file.file}`}
          preload="auto"
          playsInline
          aria-label="Recording"
          className="absolute inset-0 size-full object-contain"
          onLoadedMetadata={({ currentTarget: video }) => {
            setSize({ width: video.videoWidth, height: video.videoHeight });
            engine.videoLoaded(video);
          }}
          onSeeked={() => engine.videoSeeked()}
          onError={() => engine.videoFailed()}
        />
      )}
      {replaced && (
        <img
          src={`${playback.filesUrl}${replaced.file}`}
          alt={`Screenshot at ${clockText(replaced.tUs)}`}
          className="absolute inset-0 size-full bg-black object-contain"
        />
      )}
      {marked && picture !== 'gap' && (
        <ClickMarks header={playback.header} epoch={epoch} picture={marked} steps={steps} tUs={tUs} />
      )}
      {picture === 'loading' && <Over>Loading the video…</Over>}
      {picture === 'error' && (
        <Over low>
          This part of the video cannot be played.{' '}
          {replaced ? 'The last screenshot stands in its place.' : 'Steps and screenshots are all here.'}
        </Over>
      )}
      {picture === 'ready' && isHidden(playback, tUs) && <Over>Hidden by the person recording</Over>}
      {picture === 'gap' && <Over dark={!replaced}>{gapWords(playback, itemAt(line, tUs))}</Over>}
    </section>
  );
}

function Over({ low, dark, children }: { low?: boolean; dark?: boolean; children: React.ReactNode }) {
  return (
    <div
      className={`pointer-events-none absolute inset-0 flex justify-center p-4 ${low ? 'items-end' : 'items-center'} ${dark ? 'bg-black/75' : ''}`}
    >
      <p role="status" className="rounded-lg bg-black/80 px-4 py-2 text-center text-sm font-medium">
        {children}
      </p>
    </div>
  );
}

function isHidden({ silences }: Playback, tUs: number): boolean {
  return silences.some(({ why, fromUs, untilUs }) => why === 'redaction' && tUs >= fromUs && tUs < untilUs);
}

function gapWords({ silences, segments }: Playback, gap: { fromUs: number; untilUs: number }): string {
  if (segments.length === 0) return 'There is no video in this session.';
  const overlaps = silences.filter(({ fromUs, untilUs }) => fromUs < gap.untilUs && untilUs > gap.fromUs);
  const length = lengthWords(gap.untilUs - gap.fromUs);
  return overlaps.some(({ why }) => why === 'pause') ? `Paused for ${length}` : `No picture for ${length}`;
}
