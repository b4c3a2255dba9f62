import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { watchFileSystemLimits } from '../lib/fileSystemLimits';
import { freeBytes } from '../lib/freeBytes';
import { makeBinder, OpenCommands, type Binder } from './bindCommand';
import { makePrivateFolder } from '../lib/privateFolder';
import { RateLimit } from '../upload/rateLimit';
import { watchFolder } from '../lib/watchFolder';
import { Background, type BackgroundWork } from './background';
import { systemClock } from '../lib/systemClock';
import { systemRandom } from '../lib/systemRandom';
import { createNotices } from './notices';
import { bindPermissionCommands, createPermissions } from './permissions';
import { installPlayer } from './player/player';
import { createConnector } from '../upload/objectStore/s3/connector';
import { createExporter, type Exporter } from './recorder/bundle/exporter';
import { packInWorker } from './recorder/bundle/packBundle';
import { actionsOfLog } from './recorder/bundle/finaliseActions';
import type { Recorder } from './recorder/ports';
import { createRecorder } from './recorder/recorder';
import { bindRecorderCommands } from './recorder/recorderCommands';
import { installRecorderControls } from './recorder/recorderControls';
import { errorOf } from './recorder/recorderErrors';
import { createSalvage, type Salvage } from './recorder/recovery/salvage';
import { createRecordingSettingsStore } from './recordingSettings';
import { createSessions } from './sessions/createSessions';
import { SessionWatch, type SessionWatchInput } from './sessions/sessionWatch';
import type { Clock, Logger, ReportNotice } from '../shared/runtime';
import type { Platform } from './platformPort';
import { openDialects } from './upload/uploadStorage';
import { initUploadSystem, type UploadSystem } from './uploadIpc';

export type App = { start(): Promise<void> };

/** The composition root: wires all parts. Does not depend on Electron. */
export function createApp(platform: Platform): App {
  const app = assemble(platform);
  return {
    async start() {
      const isOpen = makePrivateFolder(app.sessionsDir);
      if (isOpen !== null) app.log.warn('others on this computer can read the sessions', { why: isOpen });
      // Runs before the window opens: the window then shows the true state, and the clean-up cannot mistake new
      // sessions for orphans.
      await orReport(app, 'recovery', () => app.salvage.find());
      await orReport(app, 'clean-up', async () =>
        app.sessions.cleanupOrphanedSessions({ claimed: app.uploads.claimed, now: systemClock.now() }),
      );
      await orReport(app, 'the local bucket’s settings', () => usePreset(app));
      await platform.windows.openMain();
      await orReport(app, 'unfinished uploads', () => app.uploads.start());
      await orReport(app, 'the watch over the sessions', () => app.watch.start());
      // Runs last and is not awaited: it may take minutes, and the app is usable without it.
      void orReport(app, 'repairs', () => app.salvage.run());
      app.background.started();
    },
  };
}

type Parts = ReturnType<typeof assemble>;

function assemble(platform: Platform) {
  const { windows, log, userDataDir } = platform;
  const clock = systemClock;
  const random = systemRandom;
  const commands = new OpenCommands();
  const bind = makeBinder(platform.transport, log, commands);
  const { report, withdraw } = createNotices({ bind, windows, random });
  tellFileSystemLimits(log, report);
  const sessionsDir = path.join(userDataDir, 'sessions');
  const sessions = createSessions({ sessionsDir, clock, log, report });
  const exporter = createExporter({
    ...{ sessions, log, broadcast: windows.broadcast },
    onMade: (sessionId) => uploads.bundleMade(sessionId),
    pack: packInWorker(platform),
  });
  const settings = createRecordingSettingsStore({
    ...{ clock, log, report },
    file: path.join(userDataDir, 'recording-settings.json'),
  });
  const recorder = createRecorder({
    ...{ platform, sessions, exporter, clock, random, log, report, withdraw, sessionsDir, settings },
    freeBytes: () => freeBytes(sessionsDir),
  });
  installPlayer({
    ...{ bind, sessions, sessionsDir, clock, log },
    readLog: actionsOfLog,
    serveFiles: (find) => platform.serveFiles(find),
  });
  const permissions = createPermissions({
    ...{ system: platform.permissions, clock, log },
    file: path.join(userDataDir, 'permissions.json'),
  });
  bindPermissionCommands(bind, permissions, () => platform.restart());
  const rateLimit = new RateLimit(clock);
  const uploads = initUploadSystem({
    ...{ bind, windows, log, sessions, userDataDir, clock, random, report },
    secrets: platform.secrets,
    hideSecret: platform.hideSecret,
    copyText: (text) => platform.copyText(text),
    rateLimit,
    ...createConnector({
      ...{ env: platform.env, hideSecret: platform.hideSecret, clock, log, rateLimit },
      userAgent: `SessionRecorder/${platform.app.version}`,
      dialects: openDialects({ userDataDir, clock, log, report }),
    }),
  });
  const watch = watchSessions({ sessionsDir, sessions, clock, log, windows, uploads, recorder, bind });
  const salvage = createSalvage({ sessions, exporter, clock, log, report });
  const running = { recorder, exporter, uploads, salvage, watch };
  const background = makeBackground(platform, { ...running, clock, commands });
  const parts = { platform, log, report, sessionsDir, sessions, ...running, background };
  const shortcuts = installRecorderControls({ platform, recorder, background, log, report });
  bindRecorderCommands({
    ...{ bind, recorder, exporter, sessions, platform, shortcuts, settings, clock, random },
    beforeDelete: uploads.forget,
    onKept: (sessionId) => uploads.follow({ appeared: [sessionId], gone: [] }),
  });
  followLifecycle(parts);
  return parts;
}

function tellFileSystemLimits(log: Logger, report: ReportNotice): void {
  watchFileSystemLimits((limit) => {
    log.warn('the file system lacks a call', { code: limit.code, details: limit.details });
    report('warning', limit);
  });
}

/** Reports external changes of the sessions' files to uploads and recorder first, then to the windows. */
function watchSessions({
  windows,
  uploads,
  recorder,
  bind,
  ...input
}: Pick<SessionWatchInput, 'sessionsDir' | 'sessions' | 'clock' | 'log'> &
  Pick<Platform, 'windows'> & { uploads: UploadSystem; recorder: Recorder; bind: Binder }): SessionWatch {
  const watch = new SessionWatch({
    ...{ ...input, watchFolder },
    isWritten: (sessionId) => uploads.isUploading(sessionId),
    async onChanged(moved) {
      await uploads
        .follow(moved)
        .catch((error: unknown) => input.log.error('uploads do not follow', { error: String(error) }));
      await recorder.foldersMoved();
      windows.broadcast('sessions:changed', {});
    },
  });
  bind('lookForChanges', () => watch.look());
  bind('lookAtSessions', (sessionIds) => watch.lookAt(sessionIds));
  return watch;
}

type Workers = {
  recorder: Recorder;
  exporter: Exporter;
  salvage: Salvage;
  uploads: UploadSystem;
  commands: OpenCommands;
};

function makeBackground(platform: Platform, workers: Workers & { clock: Clock }): Background {
  return new Background({
    clock: workers.clock,
    windows: platform.windows,
    work: () => workOf(workers),
    stays: platform.os.platform === 'darwin',
    quit: () => platform.quit(),
  });
}

/** Work that must continue without a window. Failed and paused uploads wait for the user; the next start shows them. */
function workOf({ recorder, exporter, salvage, uploads, commands }: Workers): BackgroundWork | undefined {
  if (recorder.state().phase !== 'idle') return { label: 'Recording' };
  const upload = uploads.work();
  if (upload === 'uploading') return { label: 'Uploading' };
  if (exporter.hasWork() || salvage.hasWork()) return { label: 'Exporting' };
  if (upload === 'waiting') return { label: 'Waiting to upload' };
  // The window's last command, e.g. a deletion, may not have reached any of the workers yet.
  return commands.any ? { label: 'Finishing' } : undefined;
}

function followLifecycle(
  parts: Pick<
    Parts,
    'platform' | 'log' | 'recorder' | 'exporter' | 'uploads' | 'salvage' | 'watch' | 'background'
  >,
): void {
  const { platform, log, recorder, exporter, uploads, salvage, watch, background } = parts;
  platform.onWake(() => uploads.notifyWake());
  // The user must always see that a recording runs: with no window on screen, the toolbar is shown again.
  platform.windows.onUnseen(() => {
    if (recorder.state().phase === 'idle') return;
    platform.windows
      .openToolbar()
      .catch((error: unknown) => log.error('toolbar not shown', { error: String(error) }));
  });
  // Runs in this order; a failed step does not stop the next ones.
  const steps = { recorder: () => recorder.shutdown(), exporter: exporter.shutdown, uploads: uploads.close };
  platform.onBeforeQuit(async () => {
    background.close();
    salvage.stop();
    watch.close();
    for (const [name, step] of Object.entries(steps))
      await step().catch((error: unknown) => log.error(`${name} did not end well`, { error: String(error) }));
  });
}

/** Runs one step of the start. Reports its failure and lets the other steps run. */
async function orReport(
  { log, report }: Pick<Parts, 'log' | 'report'>,
  what: string,
  step: () => Promise<unknown>,
) {
  try {
    await step();
  } catch (error) {
    log.error(`start: ${what} failed`, { error: String(error) });
    report('error', errorOf(error));
  }
}

async function usePreset({ platform, uploads }: Parts): Promise<void> {
  const file = platform.presetDestinationFile;
  if (file) await uploads.usePreset(await readFile(file, 'utf8'));
}
