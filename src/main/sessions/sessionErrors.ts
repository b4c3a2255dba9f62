import { AppFailure, type AppError } from '../../shared/appError';

export const unknownSession: AppError = {
  code: 'UnknownSession',
  message: 'This session does not exist any more.',
  action: 'Reload the list.',
};

/** The user message for a session whose files cannot be read at the moment, or not by this version. */
export function cannotRead(error: unknown): AppError {
  if (error instanceof AppFailure) return error.error;
  return {
    code: (error as NodeJS.ErrnoException).code ?? 'Unreadable',
    message: 'The files of this session cannot be read.',
    action: 'Check the disk and the permissions of its folder, then reload the list.',
    details: String(error),
  };
}
