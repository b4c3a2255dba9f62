import type { AppError } from '../shared/appError';
import { describeWeakness, type OptionalCall } from '../shared/text/storageErrors';

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
  tell?.(describeWeakness(call, String(error)));
}

function passOver(call: OptionalCall, error: unknown): false {
  if (!NOT_SUPPORTED.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  noteMissing(call, error);
  return false;
}
