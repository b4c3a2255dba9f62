import { uploadStateSchema } from '../shared/upload';
import { readJsonFile, writeSessionJson, type JsonFileContext } from './lib/jsonFile';
import { Turns } from './lib/turns';
import type { Sessions, UploadState } from './types';

/** `upload-state.json` of every session. */
export type UploadStateStore = {
  /** Null when there is none, or when it was damaged and has been set aside (then it was reported). */
  readUploadState(sessionId: string): Promise<UploadState | null>;
  /** Atomic, and in the order of the calls for one session. Rejects with the system's error. */
  writeUploadState(state: UploadState): Promise<void>;
  /** The states of all sessions, or of those named, that have a readable one, in no particular order. */
  scanAllUploadStates(sessionIds?: readonly string[]): Promise<UploadState[]>;
};

/** Each write has a file open, and a process may have a thousand: "Pause all" writes the states of all at once. */
const WRITES_AT_ONCE = 32;

/** Version 1 told a file by its inode as a number, and by neither ctime nor birthtime. */
const migrations = [
  {
    from: 1,
    migrate: ({ file, ...rest }: Record<string, unknown>) => {
      if (typeof file !== 'object' || file === null) return { ...rest, file };
      const { ino: _ino, ...kept } = file as Record<string, unknown>;
      return { ...rest, file: kept };
    },
  },
];

const spec = { what: 'upload state', version: 2, schema: uploadStateSchema, inSession: true, migrations };

export function createUploadStateStore(
  parts: {
    sessions: Pick<Sessions, 'ids' | 'uploadStateFile'>;
    /** Told of a state that a scan had to leave out: not permitted to read it, or a newer version wrote it. */
    onUnreadable: (sessionId: string, error: unknown) => void;
  } & JsonFileContext,
): UploadStateStore {
  const { sessions } = parts;
  const writes = new Map<string, Promise<void>>();
  const turns = new Turns(WRITES_AT_ONCE);

  async function readUploadState(sessionId: string): Promise<UploadState | null> {
    const state = await readJsonFile(sessions.uploadStateFile(sessionId), spec, parts);
    if (state && state.sessionId !== sessionId)
      throw new Error(`the upload state of ${sessionId} is about ${state.sessionId}`);
    return state;
  }

  function writeUploadState(state: UploadState): Promise<void> {
    const { sessionId } = state;
    const file = sessions.uploadStateFile(sessionId);
    const before = writes.get(sessionId) ?? Promise.resolve();
    const write = before.catch(() => undefined).then(() => turns.run(() => writeSessionJson(file, state)));
    writes.set(sessionId, write);
    const forget = () => void (writes.get(sessionId) === write && writes.delete(sessionId));
    write.then(forget, forget);
    return write;
  }

  return {
    readUploadState,
    writeUploadState,
    async scanAllUploadStates(sessionIds) {
      const states: UploadState[] = [];
      for (const sessionId of sessionIds ?? (await sessions.ids())) {
        try {
          const state = await readUploadState(sessionId);
          if (state) states.push(state);
        } catch (error) {
          parts.onUnreadable(sessionId, error);
        }
      }
      return states;
    },
  };
}
