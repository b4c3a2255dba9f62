import type { AppError, Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';
import { callBridge } from './callBridge';

/** Commands for all sessions. */
export type ListCommands = {
  /** Resolves when all are queued or the refusal was shown. */
  uploadAll: () => Promise<void>;
  /** Retries uploads that failed with the previous settings, by their sessions' ids. */
  retryAll: (sessionIds: readonly string[]) => void;
  pauseAll: () => void;
  resumeAll: () => void;
};

/** Shows the result of the last of these commands; undefined clears an earlier result. */
export type TellOutcome = (outcome: { kind: 'info' | 'error'; error: AppError } | undefined) => void;

export function bindListCommands(tell: TellOutcome): ListCommands {
  async function run<T>(send: (call: Bridge['call']) => Promise<Reply<T>>): Promise<Reply<T>> {
    tell(undefined);
    const reply = await callBridge(send);
    if (!reply.ok) tell({ kind: 'error', error: reply.error });
    return reply;
  }
  return {
    async uploadAll() {
      const reply = await run((call) => call.uploadAllSessions());
      if (reply.ok) tell({ kind: 'info', error: queuedNote(reply.value.queued) });
    },
    retryAll: (sessionIds) =>
      void run((call) => call.retryUploads([...sessionIds])).then((reply) => {
        if (reply.ok) tell({ kind: 'info', error: queuedNote(reply.value.queued) });
      }),
    pauseAll: () => void run((call) => call.pauseAllUploads()),
    resumeAll: () => void run((call) => call.resumeAllUploads()),
  };
}

function queuedNote(queued: number): AppError {
  const code = 'UploadsQueued';
  if (queued === 0) return { code, message: 'No session was left to upload.', action: '' };
  const what = queued === 1 ? 'One session is' : `${new Intl.NumberFormat().format(queued)} sessions are`;
  return { code, message: `${what} queued for upload.`, action: 'They are uploaded one after the other.' };
}
