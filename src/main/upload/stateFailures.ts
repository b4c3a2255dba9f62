import { AppFailure } from '../../shared/appError';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';

/** The error of an unreadable upload state. A cause that is an AppFailure keeps its own message. */
export function stateUnreadable(file: string, cause: unknown): AppFailure {
  if (cause instanceof AppFailure) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const kind = code === 'EACCES' || code === 'EPERM' ? 'state-not-allowed' : 'state-unreadable';
  return new AppFailure(describeRefusal(kind, `${file}: ${String(cause)}`), { cause });
}

/** The folder, or the state in it, was copied or renamed. */
export function stateOfAnother(file: string, about: string): AppFailure {
  return new AppFailure(describeRefusal('state-of-another', `${file} is about ${about}`));
}
