import type { AppError } from '../shared/appError';

/** Calls that make files safer or tell more about them. Without them files are still written and read. */
export type OptionalCall = 'sync' | 'replace' | 'time' | 'room';

/** How systems say that a file system has no such call. A failing disk answers otherwise (EIO, ENOSPC). */
const NOT_SUPPORTED = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EPERM'];

const told = new Set<OptionalCall>();
let tell: ((weakness: AppError) => void) | null = null;

/** `onWeakness` is told of each kind of call that is missing, once. The last caller is the one who is told. */
export function watchFileSystemLimits(onWeakness: (weakness: AppError) => void): void {
  told.clear();
  tell = onWeakness;
}

/** Runs a call that may be missing. @returns whether it was there. @throws every other error */
export async function ifSupported(call: OptionalCall, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    return passOver(call, error);
  }
}

/** The same for a call that blocks. */
export function ifSupportedSync(call: OptionalCall, run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    return passOver(call, error);
  }
}

/** Says once what is weaker on this file system. */
export function noteMissing(call: OptionalCall, error: unknown): void {
  if (told.has(call)) return;
  told.add(call);
  tell?.({ ...words[call], details: String(error) });
}

function passOver(call: OptionalCall, error: unknown): false {
  if (!NOT_SUPPORTED.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  noteMissing(call, error);
  return false;
}

const works = 'Everything else works. Keep the app’s data on another disk to avoid this.';
const words: Record<OptionalCall, Omit<AppError, 'details'>> = {
  sync: {
    code: 'CannotSync',
    message: 'The disk with the app’s data cannot confirm that files are stored safely.',
    action: `After a power cut, the newest files may be missing. ${works}`,
  },
  replace: {
    code: 'CannotReplace',
    message: 'The disk with the app’s data cannot replace a file in one step.',
    action: `After a crash, an older copy of a file may lie beside it (*.old-*); the app uses it if the file is missing. ${works}`,
  },
  time: {
    code: 'CannotSetTime',
    message: 'The disk with the app’s data does not let the app set the time of a file.',
    action: `A bundle that was exported again without a change may be shown as changed. ${works}`,
  },
  room: {
    code: 'RoomUnknown',
    message: 'The disk with the app’s data does not tell how much space is free.',
    action: `The app cannot warn before the disk is full. ${works}`,
  },
};
