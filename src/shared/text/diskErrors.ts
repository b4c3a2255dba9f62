import type { AppError } from '../appError';

/* Messages about this computer's files and disks, for both the app and the terminal. */

type Told = Omit<AppError, 'details'>;

/** Something else exists in place of one of our regular files or folders. */
export const NOT_A_FILE = 'NotAFile';
/** A newer version of the app wrote the file. */
export const NEWER_FILE = 'NewerFile';

/** The kind of an entry on the disk. `replaced`: another file took its place while it was opened. */
export type FoundKind = 'link' | 'folder' | 'pipe' | 'socket' | 'file' | 'device' | 'replaced';

const FOUND: Record<FoundKind, string> = {
  link: 'a link to another place',
  folder: 'a folder',
  pipe: 'a pipe',
  socket: 'a socket',
  file: 'a file',
  device: 'a device',
  replaced: 'being replaced while it is opened',
};

/** “a link to another place”, “a pipe”. */
export function describeFound(kind: FoundKind): string {
  return FOUND[kind];
}

const LEADS_AWAY =
  'Nothing was read or changed there. Remove the link, or put what it leads to in its place. Deleting it removes only the link.';
const IS_OTHER = 'Nothing in it was read or changed. Remove it, then try again.';

/** @param name without its folder; `details`: with it */
export function describeNotAFile(
  name: string,
  wanted: 'file' | 'folder',
  found: FoundKind,
  details: string,
): AppError {
  return {
    code: NOT_A_FILE,
    message: `“${name}” should be a ${wanted}, but is ${FOUND[found]}.`,
    action: found === 'link' ? LEADS_AWAY : IS_OTHER,
    details,
  };
}

/** Calls that make files safer or report more about them. Files can be written and read without them. */
export type OptionalCall = 'sync' | 'replace' | 'time' | 'room';

const WORKS = 'Everything else works. Keep the app’s data on another disk to avoid this.';
const WEAKNESSES: Record<OptionalCall, Told> = {
  sync: {
    code: 'CannotSync',
    message: 'The disk with the app’s data cannot confirm that files are stored safely.',
    action: `After a power cut, the newest files may be missing. ${WORKS}`,
  },
  replace: {
    code: 'CannotReplace',
    message: 'The disk with the app’s data cannot replace a file in one step.',
    action: `After a crash, an older copy of a file may lie beside it (*.old-*); the app uses it if the file is missing. ${WORKS}`,
  },
  time: {
    code: 'CannotSetTime',
    message: 'The disk with the app’s data does not let the app set the time of a file.',
    action: `A bundle that was exported again without a change may be shown as changed. ${WORKS}`,
  },
  room: {
    code: 'RoomUnknown',
    message: 'The disk with the app’s data does not tell how much space is free.',
    action: `The app cannot warn before the disk is full. ${WORKS}`,
  },
};

/** Describes what is weaker on a disk without such a call. */
export function describeWeakness(call: OptionalCall, details: string): AppError {
  return { ...WEAKNESSES[call], details };
}

/** @param what the content of the file, in words */
export function describeNewerFile(what: string, details: string): AppError {
  return {
    code: NEWER_FILE,
    message: `The file with the ${what} was written by a newer version of Session Recorder.`,
    action: 'Update the app to use it; nothing was changed.',
    details,
  };
}

/** Problems that prevent using a database. */
export type DatabaseTrouble = 'newer' | 'in-use' | 'full' | 'damaged' | 'failed';

const DATABASE: Record<DatabaseTrouble, (what: string) => Told> = {
  newer: (what) => ({
    code: NEWER_FILE,
    message: `A newer version of Session Recorder wrote the database with the ${what}.`,
    action: 'Update Session Recorder to use it. Nothing was changed.',
  }),
  'in-use': (what) => ({
    code: 'StateInUse',
    message: `Another process is using the ${what}.`,
    action: 'Wait until it has finished, or end it, then try again.',
  }),
  full: () => ({
    code: 'ENOSPC',
    message: 'This computer’s disk is full.',
    action: 'Free some space, then try again.',
  }),
  damaged: (what) => ({
    code: 'StateDamaged',
    message: `The database with the ${what} is damaged.`,
    action: 'Start again: the database is then set aside and rebuilt.',
  }),
  failed: (what) => ({
    code: 'StateNotSaved',
    message: `The ${what} could not be read or written.`,
    action: 'Check that the disk is not full and can be written to, then try again.',
  }),
};

/** @param what the content of the database, in words */
export function describeDatabase(trouble: DatabaseTrouble, what: string, details: string): AppError {
  return { ...DATABASE[trouble](what), details };
}

/** @param versions of SQLite: `found`, and the `oldest` that is supported; `node`: the version of Node */
export function describeOldSqlite(versions: { found?: string; oldest: string; node: string }): AppError {
  const { found, oldest, node } = versions;
  return {
    code: 'SqliteTooOld',
    message: `This version of Node has ${found ? `SQLite ${found}` : 'no SQLite'}, which is too old.`,
    action: `Use a version of Node with SQLite ${oldest} or newer, such as the latest Node 24.`,
    details: `Node ${node}`,
  };
}
