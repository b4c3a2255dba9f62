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

/** The folder of sessions, whole: what every feature may ask, and what the recorder needs to fill it. */
export type SessionStore = Omit<Sessions, 'saveSessionMeta'> & {
  /** Recomputes and writes `session-meta.json`. `content`: of a bundle that was made just now. */
  saveSessionMeta(sessionId: string, content?: BundleContent): Promise<SessionMeta>;
  paths(sessionId: string): SessionPaths;
  /** Makes the folder and writes the first header. Rejects with `EEXIST` when there is one of that id already. */
  create(header: SessionHeader): Promise<SessionPaths>;
  /** null when the header is missing or damaged. */
  readHeader(sessionId: string): Promise<SessionHeader | null>;
  writeHeader(header: SessionHeader): Promise<void>;
  /** The summary as the last export left it; null before the first, or when it is damaged. */
  readMeta(sessionId: string): Promise<SessionMeta | null>;
  /** The header as `settleHeader` would write it, without writing. */
  settledHeader(sessionId: string): Promise<SessionHeader>;
  /**
   * Brings the header of a session that nobody records into its final form and writes it: closed where a crash left
   * it open, made anew from the other files where it is lost.
   */
  settleHeader(sessionId: string): Promise<SessionHeader>;
  /** Writes `.exported`: the last step of an export. */
  markExported(sessionId: string): Promise<void>;
  /** Takes `.exported` away: the first step of an export. */
  unmarkExported(sessionId: string): Promise<void>;
  /** Marks a session as worked on by this process; a new one is so from its first moment. */
  hold(sessionId: string): Promise<void>;
  letGo(sessionId: string): Promise<void>;
  /** Whether another living process records, repairs or exports it. */
  isHeldElsewhere(sessionId: string): Promise<boolean>;
  /** Whether there is anything in it that a person could miss. */
  hasContent(sessionId: string): Promise<boolean>;
  /** Removes what a crash left half written; not what this process is writing. */
  removeLeftovers(sessionId: string): Promise<void>;
  /** Deletes the folder with everything in it. */
  remove(sessionId: string): Promise<void>;
  /** Looks for files in the folder that the app does not make; the list tells them from then on. */
  lookForOthers(sessionId: string): Promise<OtherFiles>;
  /** The names of folders that hold recordings and are no sessions. */
  strays(): Promise<string[]>;
  /** The folder that a row of the list stands for. Rejects with `UnknownSession`. */
  folderOf(key: string): Promise<string>;
  /** Makes a copied or renamed folder a session (see adoptFolder); answers its id. */
  adopt(key: string, newId: Adoption['newId']): Promise<string>;
  setActivity(sessionId: string, activity: SessionActivity | null): void;
  activity(sessionId: string): SessionActivity | null;
  /** Looks whether the folders hold what was recorded. @returns whether the list says something else now */
  inspect(sessionIds: readonly string[]): Promise<boolean>;
  /** Deletes sessions that hold nothing (see cleanupOrphans); answers their ids. */
  cleanupOrphanedSessions(input: CleanupInput): Promise<string[]>;
};

export type SessionsInput = {
  sessionsDir: string;
  clock: Clock;
  log: Logger;
  report: ReportNotice;
  /** Who works on sessions here; this process when left out. */
  holder?: Holder;
};

/** The folder of sessions under `sessionsDir`, which is made when it is first needed. */
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
  // Only now the real path of that folder is known.
  const made = pathsIn();
  // Not recursive: an earlier recording of the same id must never be written into.
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

/** A copy that was kept makes a bundle of its own. What it has of the original's is neither used nor deleted. */
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

/** Links, pipes and files that have the name of a session are listed too: as what they are. */
async function listNames(sessionsDir: string): Promise<string[]> {
  return (await entriesIn(sessionsDir)).map(({ name }) => name).filter(isSessionId);
}

/** The real path of the folder of sessions, which need not be there yet and may be kept elsewhere by a link. */
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
  // Refused by a summary of a newer version, which must not be written over.
  const before = await readMeta(paths, files);
  const meta = { ...(await makeMeta(paths, header)), content: content ?? before?.content };
  await writeSessionJson(paths.meta, meta);
  return meta;
}
