import { AppFailure } from '../../shared/appError';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';

/** Why the state of an upload was not used: what keeps its file from being read. One with words of its own keeps them. */
export function stateUnreadable(file: string, cause: unknown): AppFailure {
  if (cause instanceof AppFailure) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const kind = code === 'EACCES' || code === 'EPERM' ? 'state-not-allowed' : 'state-unreadable';
  return new AppFailure(describeRefusal(kind, `${file}: ${String(cause)}`), { cause });
}

/** The folder was copied or renamed, or its state was. */
export function stateOfAnother(file: string, about: string): AppFailure {
  return new AppFailure(describeRefusal('state-of-another', `${file} is about ${about}`));
}
