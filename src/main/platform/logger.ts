import path from 'node:path';
import log from 'electron-log/node';
import { redact, redactText } from '../lib/redact';
import type { Logger } from '../types';

/** Logs to `<userData>/logs/main.log`, rotated at 5 MB, and to stderr when a developer asks by environment. */
export function makeLogger(userDataDir: string): Logger {
  const instance = log.create({ logId: 'main' });
  instance.transports.file.resolvePathFn = () => path.join(userDataDir, 'logs', 'main.log');
  instance.transports.file.maxSize = 5 * 1024 * 1024;
  instance.transports.console.level = process.env.SESSION_RECORDER_LOG ? 'silly' : false;
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const clean = redact(fields) as Record<string, unknown>;
      instance[level](redactText(message), ...(Object.keys(clean).length ? [clean] : []));
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
