import type { AppError } from '../shared/appError';
import { describeWeakness, type OptionalCall } from '../shared/text/diskErrors';

/** Error codes for a call that the file system does not support. A failing disk returns others (EIO, ENOSPC). */
const NOT_SUPPORTED = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EPERM'];

const told = new Set<OptionalCall>();
let tell: ((weakness: AppError) => void) | null = null;

/** Calls `onWeakness` once for each kind of unsupported call. Replaces the previous listener. */
export function watchFileSystemLimits(onWeakness: (weakness: AppError) => void): void {
  told.clear();
  tell = onWeakness;
}

/** Runs a call that the file system may not support. @returns whether it is supported @throws every other error */
export async function ifSupported(call: OptionalCall, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    return passOver(call, error);
  }
}

/** Blocking version of `ifSupported`. */
export function ifSupportedSync(call: OptionalCall, run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    return passOver(call, error);
  }
}

/** Reports once what is weaker on this file system. */
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
