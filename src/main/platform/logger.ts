import { existsSync } from 'node:fs';
import path from 'node:path';
import electronLog from 'electron-log/node';
import { keepPrivate, makePrivateFolder } from '../../lib/privateFolder';
import { KnownSecrets } from '../../lib/redact';
import type { Logger } from '../../shared/runtime';

export type SecretKeepingLog = {
  log: Logger;
  /** Redacts this text from all later log entries. */
  hideSecret(secret: string): void;
};

/**
 * Logs to `<userData>/logs/main.log`, rotated at 5 MB and readable by its owner only, and to stderr if an environment
 * variable asks for it.
 */
export function makeLogger(userDataDir: string): SecretKeepingLog {
  const secrets = new KnownSecrets();
  const folder = path.join(userDataDir, 'logs');
  const open = [folder, makePrivateFolder(folder)] as const;
  const instance = electronLog.create({ logId: 'main' });
  instance.transports.file.resolvePathFn = () => path.join(folder, 'main.log');
  instance.transports.file.maxSize = 5 * 1024 * 1024;
  instance.transports.file.writeOptions = { flag: 'a', encoding: 'utf8', mode: 0o600 };
  instance.transports.console.level = process.env.SESSION_RECORDER_LOG ? 'silly' : false;
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const clean = secrets.redact(fields) as Record<string, unknown>;
      instance[level](secrets.redactText(message), ...(Object.keys(clean).length ? [clean] : []));
    };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const logs = ['main.log', 'main.old.log'].map((name) => path.join(folder, name)).filter(existsSync);
  for (const [file, why] of [open, ...logs.map((file) => [file, keepPrivate(file, 0o600)] as const)])
    if (why !== null) log.warn('others on this computer can read the log', { file, why });
  return { log, hideSecret: (secret) => secrets.add(secret) };
}
