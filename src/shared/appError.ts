import * as z from 'zod/mini';
import { details, line, word } from './bounds';

/**
 * An error for people: one sentence of cause, one action, and the raw facts separately.
 * `code` is stable and meant for programs (`NoSuchBucket`, `NotExported`, `ENOSPC` …).
 */
export const appErrorSchema = z.object({
  code: word,
  message: line,
  action: line,
  /** Raw code, HTTP status, request id: shown under "Details", never as the headline. */
  details: z.optional(details),
});
export type AppError = z.infer<typeof appErrorSchema>;

/** The result of every command. Errors travel as values because an exception loses its fields between processes. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: AppError };

/** A throwable `AppError`. Its `message` is the cause in words. */
export class AppFailure extends Error {
  readonly error: AppError;
  constructor(error: AppError, options?: ErrorOptions) {
    super(error.message, options);
    this.name = 'AppFailure';
    this.error = error;
  }
}
