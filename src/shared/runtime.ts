import type { AppError } from './appError';

/**
 * Time and timers. `now` is epoch milliseconds; `monotonicUs` is integer microseconds that never jump (hrtime's clock).
 */
export type Clock = {
  now(): number;
  monotonicUs(): number;
  setTimeout(run: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
};
export type Timer = { readonly timer: unique symbol } | object;

export type Random = {
  uuid(): string;
  /** Lower-case hex digits. */
  hex(digits: number): string;
};

/** Structured, redacted logging; fields named like secrets never reach a file. */
export type Logger = {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
};

/** Shows the user a message that belongs to no single row (see `Notice`). */
export type ReportNotice = (kind: 'info' | 'warning' | 'error', error: AppError) => void;

/** Removes the notices with this code, because they no longer apply. */
export type WithdrawNotice = (code: string) => void;

/** The system's own encryption for secrets (Electron safeStorage). Ciphertext is base64. */
export type SecretBox = {
  /** False if the backend only obfuscates (`basic_text`). */
  encrypts(): Promise<boolean>;
  encrypt(plain: string): Promise<string>;
  /** Rejects if the ciphertext was made on another machine or account. @throws SecretLocked */
  decrypt(cipher: string): Promise<string>;
};

/** The keychain cannot be opened now: it is locked, or the user dismissed its dialog. Its secrets are not lost. */
export class SecretLocked extends Error {}
