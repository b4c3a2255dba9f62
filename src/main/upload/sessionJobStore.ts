import type { JobStore } from '../../upload/queue/jobStore';
import type { UploadStateStore } from '../uploadStateStore';
import { toJob, toSession } from './sessionStates';

/** The engine's store port, backed by each session's `upload-state.json`. */
export function sessionJobStore(states: UploadStateStore): JobStore {
  return {
    async read(sessionId) {
      const state = await states.readUploadState(sessionId);
      return state && toJob(state);
    },
    async readAll(sessionIds) {
      return (await states.scanAllUploadStates(sessionIds)).map(toJob);
    },
    save: (job) => states.writeUploadState(toSession(job)),
  };
}
