import type { Logger } from '../../src/shared/runtime';

/** Keeps what was logged, for a test that wants to look. */
export class SilentLog implements Logger {
  readonly lines: { level: 'info' | 'warn' | 'error'; message: string; fields?: Record<string, unknown> }[] =
    [];
  info = (message: string, fields?: Record<string, unknown>) =>
    void this.lines.push({ level: 'info', message, fields });
  warn = (message: string, fields?: Record<string, unknown>) =>
    void this.lines.push({ level: 'warn', message, fields });
  error = (message: string, fields?: Record<string, unknown>) =>
    void this.lines.push({ level: 'error', message, fields });
}
