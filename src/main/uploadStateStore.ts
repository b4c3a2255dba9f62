import type { JsonFileContext } from '../lib/jsonFile';
import { FILES_AT_ONCE, Semaphore, KeyedMutex } from '../lib/concurrency';
import { SealedStates, type Sealing } from './upload/uploadStateFile';
import type { Sessions } from './sessionsPort';
import type { UploadState } from '../shared/upload';

/** `upload-state.json` of every session. */
export type UploadStateStore = {
  /**
   * Null if there is none, or if it was damaged, set aside and reported.
   * @throws AppFailure StateUnreadable, StateOfAnotherSession, NewerFile
   */
  readUploadState(sessionId: string): Promise<UploadState | null>;
  /** @throws AppFailure when no state can be read yet */
  open(): Promise<void>;
  /** Atomic, and in the order of the calls for one session. Rejects with the system's error. */
  writeUploadState(state: UploadState): Promise<void>;
  /** The readable states of all sessions, or of those named, in no particular order. */
  scanAllUploadStates(sessionIds?: readonly string[]): Promise<UploadState[]>;
};

export function createUploadStateStore(
  parts: {
    sessions: Pick<Sessions, 'ids' | 'uploadStateFile'>;
    /** Called for each state that a scan skipped: reading is not permitted, or a newer version wrote it. */
    onUnreadable: (sessionId: string, error: unknown) => void;
    /** Without it every state counts as written by this installation. */
    sealing?: Sealing;
  } & JsonFileContext,
): UploadStateStore {
  const { sessions } = parts;
  const states = new SealedStates(parts);
  const readUploadState = (sessionId: string) => states.read(sessionId);
  const inOrder = new KeyedMutex();
  // "Pause all" writes the states of all sessions.
  const semaphore = new Semaphore(FILES_AT_ONCE);

  function writeUploadState(state: UploadState): Promise<void> {
    return inOrder.run(state.sessionId, () => semaphore.run(() => states.write(state)));
  }

  return {
    async open() {
      await states.open();
    },
    readUploadState,
    writeUploadState,
    async scanAllUploadStates(sessionIds) {
      const found: UploadState[] = [];
      // Opened even without sessions, so that later states are not taken for those of an earlier version.
      await states.open();
      for (const sessionId of sessionIds ?? (await sessions.ids())) {
        try {
          const state = await readUploadState(sessionId);
          if (state) found.push(state);
        } catch (error) {
          parts.onUnreadable(sessionId, error);
        }
      }
      return found;
    },
  };
}
