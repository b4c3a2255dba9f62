import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Playback } from '../../shared/playback/playback';
import { makeTimeLine, type TimeLine } from '../../shared/playback/timeLine';
import { PlaybackEngine, type PlaybackState } from './PlaybackEngine';

export type EngineInUse = { engine: PlaybackEngine; line: TimeLine; state: PlaybackState };

/** The engine of one opened session; ticks during playback. */
export function usePlaybackEngine({ segments, durationUs }: Playback): EngineInUse {
  const line = useMemo(() => makeTimeLine(segments, durationUs), [segments, durationUs]);
  const engine = useMemo(() => new PlaybackEngine(line, segments), [line, segments]);
  const state = useSyncExternalStore(engine.subscribe, engine.state);
  const { playing } = state;
  useEffect(() => {
    if (!playing) return;
    let frame = requestAnimationFrame(function onFrame(nowMs) {
      engine.tick(nowMs);
      frame = requestAnimationFrame(onFrame);
    });
    return () => cancelAnimationFrame(frame);
  }, [engine, playing]);
  return { engine, line, state };
}
