import { useCallback, useEffect, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';
import type { Playback } from '../shared/playback/playback';
import type { PlayedStep } from '../shared/playback/step';
import type { Screenshot } from '../shared/session';
import { callBridge } from './callBridge';
import { usePages, type Pages } from './usePages';

export type OpenedSession = {
  /** Absent until main has loaded the session. */
  playback?: Playback;
  loadError?: AppError;
  retry: () => void;
  steps: Pages<PlayedStep>;
  screenshots: Pages<Screenshot>;
  copy: (text: string) => Promise<Reply<void>>;
};

/** Opens a session for the player while the component is mounted. */
export function useOpenedSession(sessionId: string): OpenedSession {
  const [playback, setPlayback] = useState<Playback>();
  const [loadError, setLoadError] = useState<AppError>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isWanted = true;
    void callBridge((call) => call.openPlayback(sessionId)).then((reply) => {
      if (!isWanted) return;
      setPlayback(reply.ok ? reply.value : undefined);
      setLoadError(reply.ok ? undefined : reply.error);
    });
    return () => {
      isWanted = false;
      void callBridge((call) => call.closePlayback(sessionId));
    };
  }, [sessionId, attempt]);

  const loadSteps = useCallback(
    (first: number, count: number) => callBridge((call) => call.readSteps(sessionId, first, count)),
    [sessionId],
  );
  const loadScreenshots = useCallback(
    (first: number, count: number) => callBridge((call) => call.readScreenshots(sessionId, first, count)),
    [sessionId],
  );
  const steps = usePages(playback?.stepTimes.length ?? 0, loadSteps);
  const screenshots = usePages(playback?.screenshotTimes.length ?? 0, loadScreenshots);
  const copy = useCallback((text: string) => callBridge((call) => call.copyText(text)), []);
  const retry = () => {
    setLoadError(undefined);
    setAttempt((now) => now + 1);
  };
  return { playback, loadError, retry, steps, screenshots, copy };
}
