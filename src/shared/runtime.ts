import type { AppError } from './appError';

/** Time and timers. `now` is epoch milliseconds; `monotonicUs` integer microseconds that never jump (hrtime's clock). */
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

/** Tells the user something that belongs to no single row (see `Notice`). */
export type ReportNotice = (kind: 'info' | 'warning' | 'error', error: AppError) => void;

/** Takes the notices with this code away: what they said is not so any more. */
export type WithdrawNotice = (code: string) => void;

/** The system's own encryption for secrets (Electron safeStorage). Ciphertext is base64. */
export type SecretBox = {
  /** False where the backend only obfuscates (`basic_text`). */
  encrypts(): Promise<boolean>;
  encrypt(plain: string): Promise<string>;
  /**
   * Rejects when the ciphertext was made on another machine or account.
   * @throws SecretLocked
   */
  decrypt(cipher: string): Promise<string>;
};

/** The keychain cannot be opened now: it is locked, or its question was dismissed. What it protects is not lost. */
export class SecretLocked extends Error {}
