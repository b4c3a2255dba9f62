import { AppFailure } from '../../shared/appError';

/** Why the state of an upload was not used: what keeps its file from being read. One with words of its own keeps them. */
export function stateUnreadable(file: string, cause: unknown): AppFailure {
  if (cause instanceof AppFailure) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const denied = code === 'EACCES' || code === 'EPERM';
  const error = {
    code: 'StateUnreadable',
    message: denied
      ? 'The app is not allowed to read what it stored about an upload.'
      : 'What the app stored about an upload cannot be read.',
    action: denied
      ? 'Check the permissions of the app’s data folder, then press Upload again.'
      : 'Check the disk that holds the app’s data folder, then press Upload again.',
    details: `${file}: ${String(cause)}`,
  };
  return new AppFailure(error, { cause });
}

/** The folder was copied or renamed, or its state was. */
export function stateOfAnother(file: string, about: string): AppFailure {
  return new AppFailure({
    code: 'StateOfAnotherSession',
    message: 'The upload record in this session’s folder belongs to another session.',
    action:
      'If you copied its folder, its row in the list offers to keep it; if you copied the file named in the details, delete it.',
    details: `${file} is about ${about}`,
  });
}
