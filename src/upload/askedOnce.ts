import { AppFailure, type AppError } from '../shared/appError';
import { StoreFailure } from './objectStore/objectStore';
import { unforeseen } from './uploadFailures';

/** The words of a failure where nothing is tried again by itself, as of a question to the bucket. */
export function askedOnce(cause: unknown): AppError {
  if (cause instanceof AppFailure) return cause.error;
  const { error, verdict, actionAtLast } = cause instanceof StoreFailure ? cause : unforeseen(cause);
  if (verdict === 'needs-user' || verdict === 'conflict') return error;
  return { ...error, action: actionAtLast ?? 'Try again in a while.' };
}
