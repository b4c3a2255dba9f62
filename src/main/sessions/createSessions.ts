import path from 'node:path';
import { isSessionId } from '../../shared/ids';
import type { OtherFiles } from '../../shared/otherFiles';
import type { BundleContent, SessionHeader, SessionMeta } from '../../shared/session';
import {
  entriesIn,
  fileExists,
  folderExists,
  isThere,
  makeFolder,
  namesIn,
  realFolder,
  removeFile,
  removeFolder,
  uselessTemporaries,
} from '../../lib/guardedFiles';
import { writeSessionJson, type JsonFileContext } from '../../lib/jsonFile';
import { makeFoldersSync } from '../../lib/privateFolder';
import { syncFolder } from '../../lib/syncFolder';
import { systemHolder, type Holder } from '../../lib/systemHolder';
import { writeFileAtomically } from '../../lib/writeFileAtomically';
import type { Clock, Logger, ReportNotice } from '../../shared/runtime';
import type { Sessions } from '../sessionsPort';
import { adoptFolder, UPLOAD_ASIDE, type Adoption } from './adoptSession';
import { findMadeBundle } from './bundleDamage';
import { cleanupOrphans, type CleanupInput } from './cleanupOrphans';
import { deleteFolder, finishDeletions } from './deleteFolder';
import { readHeader, readMeta } from './ownership';
import { clearPresentOnly } from './presentOnlyLists';
import { holdSession, isHeldElsewhere, letSessionGo, type FutureSigns } from './sessionLock';
import { hasContent, makeMeta } from './sessionContent';
import { requireSessionFolder } from './sessionFolder';
import { sessionPaths, type SessionPaths } from './sessionPaths';
import { settledHeader } from './settledHeader';
import { folderOfRow, strayNames, strayRows } from './strayFolders';
import { SessionList, type SessionActivity } from './sessionList';

export type { SessionActivity };

/** The whole sessions folder: the part that every feature may use, and the part that the recorder needs to fill it. */
export type SessionStore = Omit<Sessions, 'saveSessionMeta'> & {
  /** Recomputes and writes `session-meta.json`. `content`: the content of a bundle that was just made. */
  saveSessionMeta(sessionId: string, content?: BundleContent): Promise<SessionMeta>;
  paths(sessionId: string): SessionPaths;
  /** Makes the folder and writes the first header. Rejects with `EEXIST` if that id exists already. */
  create(header: SessionHeader): Promise<SessionPaths>;
  /** null if the header is missing or damaged. */
  readHeader(sessionId: string): Promise<SessionHeader | null>;
  writeHeader(header: SessionHeader): Promise<void>;
  /** The summary as the last export left it; null before the first export, or if it is damaged. */
  readMeta(sessionId: string): Promise<SessionMeta | null>;
  /** The header as `settleHeader` would write it, without writing. */
  settledHeader(sessionId: string): Promise<SessionHeader>;
  /**
   * Writes the final header of a session that is not being recorded: closes it after a crash, and rebuilds it from the
   * other files if it is lost.
   */
  settleHeader(sessionId: string): Promise<SessionHeader>;
  /** Writes `.exported`: the last step of an export. */
  markExported(sessionId: string): Promise<void>;
  /** Removes `.exported`: the first step of an export. */
  unmarkExported(sessionId: string): Promise<void>;
  /** Marks a session as in use by this process; a new session is marked from the start. */
  hold(sessionId: string): Promise<void>;
  letGo(sessionId: string): Promise<void>;
  /** Whether another live process records, repairs or exports the session. */
  isHeldElsewhere(sessionId: string): Promise<boolean>;
  /** Whether the session holds anything that a user could miss. */
  hasContent(sessionId: string): Promise<boolean>;
  /** Removes temporary files left by a crash, except those that this process is writing. */
  removeLeftovers(sessionId: string): Promise<void>;
  /** Deletes the folder with all its contents. */
  remove(sessionId: string): Promise<void>;
  /** Looks for files in the folder that the app does not make; the list shows the result from then on. */
  lookForOthers(sessionId: string): Promise<OtherFiles>;
  /** The names of folders that hold recordings but are not sessions. */
  strays(): Promise<string[]>;
  /** The folder of a row of the list. Rejects with `UnknownSession`. */
  folderOf(key: string): Promise<string>;
  /** Makes a copied or renamed folder a session (see adoptFolder); returns its id. */
  adopt(key: string, newId: Adoption['newId']): Promise<string>;
  setActivity(sessionId: string, activity: SessionActivity | null): void;
  activity(sessionId: string): SessionActivity | null;
  /** Checks whether the folders still hold the recorded files. @returns whether the list changed */
  inspect(sessionIds: readonly string[]): Promise<boolean>;
  /** Deletes empty sessions (see cleanupOrphans); returns their ids. */
  cleanupOrphanedSessions(input: CleanupInput): Promise<string[]>;
};

export type SessionsInput = {
  sessionsDir: string;
  clock: Clock;
  log: Logger;
  report: ReportNotice;
  /** The process that uses the sessions; this process by default. */
  holder?: Holder;
};

/** Manages the sessions folder at `sessionsDir`, which is made on first use. */
export function createSessions(input: SessionsInput): SessionStore {
  const { sessionsDir, clock, log, report, holder = systemHolder } = input;
  const files = quarantineContext(clock, log, report);
  const root = rootOf(sessionsDir);
  const paths = (sessionId: string) => sessionPaths(root(), sessionId);
  const sessionList = new SessionList(paths, files, log);
  const ids = () => listIds(root());
  const futureSigns: FutureSigns = new Map();

  return {
    ids,
    list: async () => sessionList.read(await listNames(root())),
    listStrays: () => strayRows(root()),
    strays: () => strayNames(root()),
    paths,
    saveSessionMeta: (sessionId, content) => saveMeta(paths(sessionId), files, content),
    exists: (sessionId) => isThere(paths(sessionId).folder),
    requireFolder: (sessionId) => requireSessionFolder(paths(sessionId)),
    isExported: (sessionId) => fileExists(paths(sessionId).exportedMarker),
    bundleFile: (sessionId) => paths(sessionId).bundle,
    bundleDamage: (sessionId) => sessionList.bundleDamage(sessionId),
    madeBundle: (sessionId) => findMadeBundle(paths(sessionId), files),
    uploadStateFile: (sessionId) => paths(sessionId).uploadState,
    create: (header) => createFolder(sessionsDir, () => paths(header.sessionId), header, holder),
    readHeader: (sessionId) => readHeader(paths(sessionId), files),
    readMeta: (sessionId) => readMeta(paths(sessionId), files),
    writeHeader: (header) => writeSessionJson(paths(header.sessionId).header, header),
    settledHeader: (sessionId) => settledHeader(sessionId, paths(sessionId), files),
    async settleHeader(sessionId) {
      const header = await settledHeader(sessionId, paths(sessionId), files);
      await writeSessionJson(paths(sessionId).header, header);
      return header;
    },
    markExported: (sessionId) => writeFileAtomically(paths(sessionId).exportedMarker, ''),
    unmarkExported: (sessionId) => removeFile(paths(sessionId).exportedMarker),
    hold: (sessionId) => holdSession(paths(sessionId), holder),
    letGo: (sessionId) => letSessionGo(paths(sessionId)),
    isHeldElsewhere: (sessionId) => isHeldElsewhere(paths(sessionId), holder, files, futureSigns),
    hasContent: (sessionId) => hasContent(paths(sessionId)),
    removeLeftovers: (sessionId) => removeLeftovers(paths(sessionId)),
    remove: (sessionId) => deleteFolder(paths(sessionId).folder),
    lookForOthers: (sessionId) => sessionList.lookForOthers(sessionId),
    folderOf: async (key) => path.join(root(), await folderOfRow(root(), key)),
    async adopt(key, newId) {
      const adopted = await adoptFolder({ root: root(), name: await folderOfRow(root(), key), files, newId });
      if (adopted.original !== undefined)
        await tellOfKept(paths(adopted.sessionId), adopted.original, report);
      return adopted.sessionId;
    },
    setActivity: (sessionId, activity) => sessionList.setActivity(sessionId, activity),
    activity: (sessionId) => sessionList.activity(sessionId),
    inspect: (sessionIds) => sessionList.inspect(sessionIds),
    async cleanupOrphanedSessions(input) {
      await finishDeletions(root());
      const isBusy = (sessionId: string) => sessionList.activity(sessionId) !== null;
      return cleanupOrphans({ ids, paths, isBusy, files, log }, input);
    },
  };
}

async function createFolder(
  sessionsDir: string,
  pathsIn: () => SessionPaths,
  header: SessionHeader,
  holder: Holder,
): Promise<SessionPaths> {
  makeFoldersSync(sessionsDir);
  // The real path of the folder is known only now.
  const made = pathsIn();
  // Not recursive: a recording must never write into an earlier one with the same id.
  await makeFolder(made.folder);
  try {
    await makeFolder(made.videoDir);
    await makeFolder(made.screenshotsDir);
    await holdSession(made, holder);
    await writeSessionJson(made.header, header);
    await syncFolder(sessionsDir);
  } catch (error) {
    await removeFolder(made.folder);
    throw error;
  }
  return made;
}

/** A kept copy makes its own bundle. The files it has of the original's are neither used nor deleted. */
async function tellOfKept(paths: SessionPaths, original: string, report: ReportNotice): Promise<void> {
  const bundle = `${original}.zip`;
  const names = await namesIn(paths.folder);
  const kept = names.filter((name) => name === bundle || name.startsWith(UPLOAD_ASIDE));
  if (kept.length === 0) return;
  report('info', {
    code: 'CopyKept',
    message: `The copy of session ${original} is a session of its own now. Its folder still holds what belongs to the original: ${kept.sort().join(', ')}.`,
    action:
      'There is nothing to do. These files are not used, and they are named before the session is deleted.',
    details: paths.folder,
  });
}

async function removeLeftovers(paths: SessionPaths): Promise<void> {
  const { folder, videoDir, bundleName, partialBundle } = paths;
  const left = [...(await uselessTemporaries(folder, [bundleName])), ...(await uselessTemporaries(videoDir))];
  for (const file of [...left, partialBundle]) await removeFile(file);
  await clearPresentOnly(paths);
}

async function listIds(sessionsDir: string): Promise<string[]> {
  const entries = await entriesIn(sessionsDir);
  return entries.filter(({ name, isFolder }) => isFolder && isSessionId(name)).map(({ name }) => name);
}

/** Links, pipes and files with a session's name are listed too, with the reason why they are not sessions. */
async function listNames(sessionsDir: string): Promise<string[]> {
  return (await entriesIn(sessionsDir)).map(({ name }) => name).filter(isSessionId);
}

/** The real path of the sessions folder. The folder may not exist yet, and may be a link to another place. */
function rootOf(sessionsDir: string): () => string {
  let known: string | null = null;
  return () => {
    if (known !== null) return known;
    const real = realFolder(sessionsDir);
    if (folderExists(real)) known = real;
    return real;
  };
}

function quarantineContext(clock: Clock, log: Logger, report: ReportNotice): JsonFileContext {
  return {
    clock,
    onQuarantine({ what, file, movedTo, cause }) {
      log.error(`${what} quarantined`, { file, movedTo, cause });
      report('warning', {
        code: 'FileDamaged',
        message: `A ${what} could not be read and was set aside.`,
        action: 'Look at the session in the list; the damaged file was kept beside it.',
        details: `${path.basename(movedTo)}: ${cause}`,
      });
    },
  };
}

async function saveMeta(
  paths: SessionPaths,
  files: JsonFileContext,
  content?: BundleContent,
): Promise<SessionMeta> {
  await requireSessionFolder(paths);
  const header = await settledHeader(path.basename(paths.folder), paths, files);
  // Rejects if a newer version wrote the summary, which must not be overwritten.
  const before = await readMeta(paths, files);
  const meta = { ...(await makeMeta(paths, header)), content: content ?? before?.content };
  await writeSessionJson(paths.meta, meta);
  return meta;
}
