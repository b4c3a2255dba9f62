import path from 'node:path';
import type { AppError } from '../../src/shared/appError';
import {
  createS3ObjectStore,
  type S3ObjectStoreOptions,
} from '../../src/upload/objectStore/s3/S3ObjectStore';
import { systemRandom } from '../../src/lib/systemRandom';
import type { Quarantined } from '../../src/lib/jsonFile';
import type { Clock, Logger } from '../../src/shared/runtime';
import type { UploadConfig } from '../../src/shared/upload';
import { createCapabilityMemory } from '../../src/upload/destination/capabilityMemory';
import { UploadQueue } from '../../src/main/uploadQueue';
import { UploadService } from '../../src/main/uploadService';
import type { UploadStateStore } from '../../src/main/uploadStateStore';
import { FakeSessions } from '../fakes/FakeSessions';
import { openStates, type StateStoreName } from './keptStates';

export type EngineParts = {
  /** Holds `sessions/` and what the app keeps beside it. */
  userDataDir: string;
  /** The one session that is uploaded, and where its state is kept. */
  sessionId: string;
  stateStore: StateStoreName;
  config: UploadConfig;
  clock: Clock;
  log: Logger;
  timeouts: NonNullable<S3ObjectStoreOptions['timeouts']>;
  ca?: string;
  onQuarantine: (damaged: Quarantined) => void;
  /** Puts something around the state store, e.g. a disk that is full for a while. */
  wrapStates?: (states: UploadStateStore) => UploadStateStore;
};

export type Engine = {
  queue: UploadQueue;
  states: UploadStateStore;
  sessions: FakeSessions;
  /** The settings from now on, as after Save in the form. */
  configure(config: UploadConfig): Promise<void>;
  close(): Promise<void>;
};

/** The app's own upload engine on a real folder, wired as the app wires it and told to take up what is there. */
export async function startEngine(parts: EngineParts): Promise<Engine> {
  const { clock, log, onQuarantine } = parts;
  const onNewer = (error: AppError) => log.error('a file is of a newer version', { ...error });
  const files = { clock, onQuarantine, onNewer };
  const sessions = new FakeSessions(path.join(parts.userDataDir, 'sessions'));
  const onUnreadable = (sessionId: string, error: unknown) =>
    log.error('an upload state cannot be read', { sessionId, error: String(error) });
  const kept = openStates(parts.stateStore, sessions, parts.sessionId, { ...files, onUnreadable });
  const states = parts.wrapStates?.(kept.states) ?? kept.states;
  const service = new UploadService({
    createStore: ({ accessKeyId, secretAccessKey, sessionToken, ...place }) =>
      createS3ObjectStore({
        ...place,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
        ...{ timeouts: parts.timeouts, ca: parts.ca },
        now: () => clock.now(),
      }),
    capabilities: createCapabilityMemory(path.join(parts.userDataDir, 'upload-capabilities.json'), files),
    ...{ clock, log, random: systemRandom },
  });
  let { config } = parts;
  const queue = new UploadQueue({
    ...{ states, service, clock, log },
    loadConfig: async () => config,
    bundleFile: (sessionId) => sessions.bundleFile(sessionId),
  });
  const configure = async (next: UploadConfig) => {
    config = next;
    await queue.settingsChanged('ready', config.maxRetries);
  };
  await configure(config);
  await queue.restore();
  const close = async () => {
    await queue.close();
    service.close();
    await kept.close();
  };
  return { queue, states, sessions, configure, close };
}
