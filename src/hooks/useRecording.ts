import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';
import type { RecordingState, StartRecording } from '../shared/recording';
import { callBridge } from './callBridge';
import { useBridgeEvent } from './useBridgeEvent';
import { usePageShown } from './usePageShown';

export type RecordingCommands = {
  start: (request: StartRecording) => void;
  pause: () => void;
  resume: () => void;
  stop: () => void;
  redact: () => void;
  reveal: () => void;
};

export type Recording = {
  /** Absent until main has answered once. */
  state?: RecordingState;
  /** Why the last command was refused. Cleared by the next. */
  refusal?: AppError;
  commands: RecordingCommands;
};

/** The recorder's state from main. `onFinished` is called when a recording ended and none is running. */
export function useRecording(onFinished?: () => void): Recording {
  const [state, setState] = useState<RecordingState>();
  const [refusal, setRefusal] = useState<AppError>();
  // Several phases may pass between two renders, so the last one is kept in a ref.
  const latest = useRef<RecordingState>(undefined);

  const take = useCallback((next: RecordingState) => {
    const isOtherPhase = latest.current?.phase !== next.phase;
    latest.current = next;
    // A recording sends news twice a second; a hidden window need not render it.
    if (isOtherPhase || !document.hidden) setState(next);
  }, []);
  usePageShown(() => setState(latest.current));

  useEffect(() => {
    // An event that arrived first is newer than this answer.
    void callBridge((call) => call.getRecordingState()).then((reply) => {
      if (!reply.ok) setRefusal(reply.error);
      else if (latest.current === undefined) take(reply.value);
    });
  }, [take]);
  useBridgeEvent('recording:state', (next) => {
    const before = latest.current?.phase ?? 'idle';
    const wasRunning = before !== 'idle' && before !== 'starting';
    take(next);
    if (wasRunning && next.phase === 'idle') onFinished?.();
  });

  const commands = useMemo(() => bindCommands(setRefusal), []);
  return { state, refusal, commands };
}

function bindCommands(setRefusal: (refusal: AppError | undefined) => void): RecordingCommands {
  const run = (send: (call: Bridge['call']) => Promise<Reply<void>>) => {
    setRefusal(undefined);
    void callBridge(send).then((reply) => !reply.ok && setRefusal(reply.error));
  };
  return {
    start: (request) => run((call) => call.startRecording(request)),
    pause: () => run((call) => call.pauseRecording()),
    resume: () => run((call) => call.resumeRecording()),
    stop: () => run((call) => call.stopRecording()),
    redact: () => run((call) => call.startRedaction()),
    reveal: () => run((call) => call.endRedaction()),
  };
}
