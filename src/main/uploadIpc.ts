import { isDeepStrictEqual } from 'node:util';
import type { Binder } from './bindCommand';
import { AbortSender } from '../upload/queue/abortSender';
import { abilities, whole } from '../upload/objectStore/capabilities';
import { bindBucketCommands } from './upload/bucketCommands';
import { openKeptFiles } from './upload/uploadStorage';
import { doubtFindings } from '../upload/destination/learnCapabilities';
import { LockedSecretWatch } from './upload/lockedSecret';
import { presetInput, readPreset } from './upload/presetDestination';
import { ProgressBroadcast } from './upload/progressBroadcast';
import { bindQueueControls } from './upload/queueControls';
import { ConnectivityMonitor } from './upload/connectivityMonitor';
import { NO_PROFILE, SignInWatch } from './upload/signInWatch';
import { joinRows } from './upload/sessionRows';
import { UnreadStates } from './upload/unreadStates';
import type { Presign } from './upload/downloadLink';
import { reconcileFolders, forgetUpload, type FolderChanges } from './upload/reconcileFolders';
import { reportClaim, reportUnreadableSecret, reportUnreadableState } from './upload/uploadReports';
import {
  isOwnClaim,
  requireNothingReplaced,
  requireSettings,
  requireUploadable,
} from './upload/uploadRefusals';
import {
  createUploadConfigStore,
  destinationStatus,
  hideSecrets,
  validateUploadConfig,
  type SavedConfig,
  type StoredConfig,
  type UploadConfigStore,
} from './uploadConfig';
import { UploadQueue } from './uploadQueue';
import { UploadService, type CreateStore } from './uploadService';
import { createUploadStateStore, type UploadStateStore } from './uploadStateStore';
import {
  DEFAULT_MAX_RETRIES,
  type AwsProfileView,
  type ProxyView,
  type UploadConfig,
  type UploadConfigInput,
  type UploadState,
  type ValidateConfigResult,
} from '../shared/upload';
import type { Bandwidth } from '../upload/objectStore/objectStore';
import type { Clock, Logger, Random, ReportNotice, SecretBox } from '../shared/runtime';
import type { Sessions } from './sessionsPort';
import type { Windows } from './platformPort';

export type UploadSystemParts = {
  bind: Binder;
  windows: Pick<Windows, 'broadcast'>;
  secrets: SecretBox;
  /** Called for each secret that becomes known, so that logs do not show it. */
  hideSecret: (secret: string) => void;
  log: Logger;
  sessions: Sessions;
  userDataDir: string;
  clock: Clock;
  random: Random;
  createStore: CreateStore;
  presign: Presign;
  /** Retries everything that a destination was found to refuse. */
  tryAllAgain: (config: StoredConfig) => Promise<void>;
  /** Whether the endpoint accepts connections now. */
  reach: (config: UploadConfig) => Promise<boolean>;
  /** The AWS profiles on this computer. */
  listProfiles: () => Promise<AwsProfileView[]>;
  /** The proxy used for a destination. */
  proxyOf: (destination: StoredConfig) => ProxyView | undefined;
  /** Changes with every sign-in through AWS's tools and with every change of a profile. */
  signInStamp: () => Promise<string>;
  /** Calls `listener` with a profile when uploads wait for its keys, and with undefined when the wait is over. */
  onAccessWait: (listener: (profile: string | undefined) => void) => void;
  /** Ends waits for credentials. */
  closeAccess: () => void;
  /** The limit for all uploads together; null: no limit. */
  rateLimit: Bandwidth & { set(bytesPerSecond: number | null): void };
  /** Copies to the system's clipboard. */
  copyText: (text: string) => Promise<void>;
  report: ReportNotice;
};

export type UploadSystem = {
  /** Resumes unfinished uploads. Call it after the clean-up; commands about uploads wait for it. */
  start(): Promise<void>;
  /**
   * Sessions that the clean-up must keep: pending, uploading or done, or with unfinished remains in the bucket. May be
   * called before `start`.
   */
  claimed(): Promise<Set<string>>;
  /** Call before a session is deleted: cancels its upload and aborts it on the server, now or later. */
  forget(sessionId: string): Promise<void>;
  /** Call when session folders or bundles disappeared or came back: their uploads follow. */
  follow(moved: FolderChanges): Promise<void>;
  /** A session has a bundle again. */
  bundleMade(sessionId: string): Promise<void>;
  /** Whether a session is being uploaded now. */
  isUploading(sessionId: string): boolean;
  /** Uploads that continue without the user, now or later; an upload that waits for the user does not count. */
  work(): 'uploading' | 'waiting' | undefined;
  notifyWake(): void;
  /** Sets a local bucket (JSON) as the destination, unless the user has configured another destination. */
  usePreset(preset: string): Promise<void>;
  /** Stops sending; the next `start` continues. */
  close(): Promise<void>;
};

/** Wires the upload engine and binds its commands. */
export function initUploadSystem(parts: UploadSystemParts): UploadSystem {
  const engine = assemble(parts);
  const { config, queue, states } = engine;
  const broadcast = broadcastChanges(engine);
  bindCommands(engine);
  parts.onAccessWait((profile) => queue.noteAccessWait(profile));

  return {
    async start() {
      try {
        await applySettings(engine);
      } finally {
        // Unreadable settings do not affect the records of past uploads.
        await restore(engine).finally(engine.restored.resolve);
        engine.signInWatch.checkAfterRestart();
      }
    },
    async claimed() {
      const claimed = new Set<string>();
      // One after the other: thousands of files at once would exceed the limit of open files.
      for (const id of await parts.sessions.ids()) if (await isClaimed(states, id)) claimed.add(id);
      return claimed;
    },
    forget: (sessionId) => forgetUpload(engine, sessionId),
    follow: (moved) => reconcileFolders(engine, moved),
    async bundleMade(sessionId) {
      await engine.restored.promise;
      await queue.noteFinding({ kind: 'bundle-made', jobId: sessionId });
    },
    notifyWake: () => wake(engine),
    isUploading: (sessionId) => queue.find(sessionId)?.state.status === 'uploading',
    work() {
      const goingOn = queue.snapshot().filter(goesOnByItself);
      if (goingOn.length === 0) return undefined;
      return goingOn.every(({ reason }) => reason !== undefined) ? 'waiting' : 'uploading';
    },
    async usePreset(preset) {
      const input = presetInput(readPreset(preset), await config.loadUploadConfig());
      if (!input) return;
      const saved = await config.saveUploadConfig(input);
      if (!saved.saved) parts.log.warn('the local bucket could not be filled in', { ...saved.fieldErrors });
      else await applySettings(engine);
    },
    async close() {
      engine.unread.close();
      engine.connectivity.close();
      engine.signInWatch.close();
      engine.lockedSecret.close();
      const closing = queue.close();
      parts.closeAccess();
      await closing;
      await engine.orphanSender.close();
      engine.service.close();
      broadcast.close();
    },
  };
}

type Engine = UploadSystemParts & ReturnType<typeof assemble>;

function wake({ service, queue, orphanSender }: Engine): void {
  service.onWake();
  queue.onWake();
  orphanSender.sendSoon();
}

function assemble(parts: UploadSystemParts) {
  const { clock, log, sessions } = parts;
  const { files, inUserData, capabilities, openSeal, orphans } = openKeptFiles(parts);
  const store = createUploadConfigStore({
    ...files,
    file: inUserData('upload-config.json'),
    secrets: parts.secrets,
    hideSecret: parts.hideSecret,
    onUnreadableSecret: (cause) => reportUnreadableSecret(parts, cause),
    onUnlocked: () => void store.loadUploadConfig().then(applyQuietly),
  });
  const lockedSecret = new LockedSecretWatch(clock, store.loadUploadConfig);
  const applyQuietly = (stored: StoredConfig | null) =>
    apply({ queue, orphanSender, lockedSecret, rateLimit: parts.rateLimit }, stored).catch((error: unknown) =>
      // The settings are active in memory. Only the waiting uploads' records could not be updated.
      log.error('the settings are not recorded with the uploads', { error: String(error) }),
    );
  const config = applyingFirstRead(store, applyQuietly);
  const unread = new UnreadStates(clock);
  const onUnreadable = (sessionId: string, error: unknown) => {
    unread.note(sessionId, error);
    reportUnreadableState(parts, sessionId, error);
  };
  const onClaim = (sessionId: string) => reportClaim(parts, sessionId);
  const sealing = { open: openSeal, hasEarlier: () => hasSettings(store), onClaim };
  const states = createUploadStateStore({ sessions, onUnreadable, sealing, ...files });
  const service = new UploadService({ ...parts, capabilities });
  const bundleFile = (sessionId: string) => sessions.bundleFile(sessionId);
  const loadConfig = store.loadWithSecret;
  const queue = new UploadQueue({
    ...{ states, service, loadConfig, bundleFile, clock, random: parts.random, log },
    madeBundle: (sessionId) => sessions.madeBundle(sessionId),
  });
  const connectivity = new ConnectivityMonitor({ queue, loadConfig, clock, log, reach: parts.reach });
  const signInWatch = new SignInWatch({
    ...{ queue, clock, log },
    signInStamp: async () =>
      (await config.loadUploadConfig())?.awsProfile === undefined ? NO_PROFILE : parts.signInStamp(),
  });
  const orphanSender = new AbortSender({
    ...{ clock, service, loadConfig, log },
    pending: async () => [{ jobId: '', aborts: (await orphans()).pending }],
    onSent: async (_none, uploadIds) => (await orphans()).drop(uploadIds),
  });
  // Before `restore` the queue knows nothing, and acting on that would overwrite the saved states.
  const restored = Promise.withResolvers<void>();
  return {
    ...{ ...parts, config, capabilities, unread, states, service, queue, restored },
    ...{ connectivity, signInWatch, lockedSecret, orphans, orphanSender },
  };
}

/** While no state can be read, the state of every upload is unknown: retries, and until then the rows say so. */
async function restore(engine: Engine): Promise<void> {
  const { states, queue, unread, windows } = engine;
  try {
    await states.open();
  } catch (error) {
    if (unread.noteAll(error)) reportUnreadableState(engine, 'all', error);
    unread.tryAgain(() =>
      restore(engine).catch((caught: unknown) =>
        engine.log.error('uploads could not be taken up', { error: String(caught) }),
      ),
    );
    windows.broadcast('sessions:changed', {});
    return;
  }
  unread.allReadable();
  await queue.restore().finally(() => windows.broadcast('sessions:changed', {}));
}

/** If the settings cannot be read at the start, the first successful read resumes the uploads. */
function applyingFirstRead(
  store: UploadConfigStore,
  applyThem: (stored: StoredConfig | null) => Promise<void>,
): UploadConfigStore {
  let isApplied = false;
  return {
    ...store,
    async loadUploadConfig() {
      const stored = await store.loadUploadConfig();
      if (isApplied) return stored;
      isApplied = true;
      await applyThem(stored);
      return stored;
    },
  };
}

/** No upload happened without settings; unreadable settings count as settings. */
function hasSettings(store: UploadConfigStore): Promise<boolean> {
  return store.loadUploadConfig().then(
    (settings) => settings !== null,
    () => true,
  );
}

function broadcastChanges({ clock, windows, queue, orphanSender }: Engine): ProgressBroadcast {
  const broadcast = new ProgressBroadcast(clock, windows, (id) => queue.find(id)?.payload);
  queue.subscribe(({ sessionId, from, to }) => {
    if (from === to) return broadcast.progressed(sessionId);
    broadcast.statusChanged(sessionId);
    if (to === 'done') orphanSender.sendSoon();
    // Progress was already sent; of the row only the bundle's location is not part of it.
    if (!['pending', 'uploading'].includes(to)) windows.broadcast('sessions:changed', { sessionId });
  });
  return broadcast;
}

function goesOnByItself({ status, reason }: UploadState): boolean {
  if (status === 'uploading') return true;
  return status === 'pending' && reason?.kind !== 'needs-user' && reason?.kind !== 'paused';
}

/** A state that cannot be read may be a claim, so it counts as one. */
async function isClaimed(states: UploadStateStore, sessionId: string): Promise<boolean> {
  const known = await states.readUploadState(sessionId).catch(() => 'unreadable' as const);
  if (known === 'unreadable') return true;
  if (known === null) return false;
  const isUnfinished = known.multipart !== undefined || known.pendingAborts.length > 0;
  return isUnfinished || ['pending', 'uploading', 'done'].includes(known.claimed ?? known.status);
}

function bindCommands(engine: Engine): void {
  const { bind, config, capabilities, queue, sessions, windows, restored } = engine;
  bind('getUploadConfig', async () => {
    const stored = await config.loadUploadConfig();
    const found = stored && whole(await capabilities.recall(stored));
    const proxy = stored ? engine.proxyOf(stored) : undefined;
    return { ...(await config.view()), capabilities: found ? abilities(found) : undefined, proxy };
  });
  bind('setUploadConfig', (input) => saveSettings(engine, input));
  bind('listAwsProfiles', () => engine.listProfiles());
  bind('validateUploadConfig', (input) => testConnection(engine, input));
  bind('listSessions', async () => {
    await restored.promise;
    const list = [...(await sessions.list()), ...(await sessions.listStrays())];
    const hasClaims = queue.snapshot().some(({ claimed }) => claimed !== undefined);
    // Reading them may prompt for a locked keychain. Unreadable settings name no bucket to ask.
    const stored = hasClaims ? await config.loadUploadConfig().catch(() => null) : null;
    const uploads = {
      find: (id: string) => queue.find(id),
      whyUnread: (id: string) => engine.unread.why(id),
      canAsk: (state: UploadState) => isOwnClaim(state, stored, sessions),
    };
    return joinRows(list, uploads, sessions);
  });
  bind('saveSessionMeta', async (sessionId) => {
    const meta = await sessions.saveSessionMeta(sessionId);
    windows.broadcast('sessions:changed', { sessionId });
    return meta;
  });
  bindBucketCommands(engine);
  bind('retryUpload', async (sessionId) => {
    const askedAt = queue.moment();
    await restored.promise;
    await queue.restoreJob(sessionId);
    const stored = await config.loadUploadConfig();
    const about = { sessions, config: stored, upload: queue.find(sessionId)?.state };
    if (about.upload?.status === 'failed') await requireUploadable(sessionId, about);
    requireSettings(stored);
    requireNothingReplaced(sessionId, about);
    await queue.retry(sessionId, askedAt);
  });
  bind('cancelUpload', async (sessionId) => {
    await restored.promise;
    await queue.cancel(sessionId);
  });
  bindQueueControls(engine);
  bind('copyText', (text) => engine.copyText(text));
}

async function saveSettings(engine: Engine, input: UploadConfigInput): Promise<SavedConfig> {
  const { config, capabilities: memory } = engine;
  const before = await config.loadUploadConfig();
  const saved = await config.saveUploadConfig(input);
  if (!saved.saved) return saved;
  const now = await config.loadUploadConfig();
  if (now && !isDeepStrictEqual(now, before)) {
    // The server may have been fixed too. After a failure here that is only noticed later.
    await engine.tryAllAgain(now);
    await doubtFindings({ memory, config: now }).catch((error: unknown) =>
      engine.log.warn('the bucket is not probed again', { error: String(error) }),
    );
  }
  await applySettings(engine);
  return saved;
}

async function testConnection(
  { config, service, hideSecret, tryAllAgain }: Engine,
  input: UploadConfigInput,
): Promise<ValidateConfigResult> {
  hideSecrets(input, hideSecret);
  const verdict = validateUploadConfig(input, await config.loadUploadConfig());
  if ('fieldErrors' in verdict) return { valid: false, fieldErrors: verdict.fieldErrors };
  await tryAllAgain(verdict.config);
  return service.validateCredentials(verdict.config);
}

async function applySettings(engine: Engine): Promise<void> {
  await apply(engine, await engine.config.loadUploadConfig());
}

async function apply(
  {
    queue,
    orphanSender,
    lockedSecret,
    rateLimit,
  }: Pick<Engine, 'queue' | 'orphanSender' | 'lockedSecret' | 'rateLimit'>,
  stored: StoredConfig | null,
): Promise<void> {
  rateLimit.set(stored?.maxBytesPerSecond ?? null);
  lockedSecret.follow(stored);
  await queue.settingsChanged(destinationStatus(stored), stored?.maxRetries ?? DEFAULT_MAX_RETRIES);
  orphanSender.sendSoon();
}
