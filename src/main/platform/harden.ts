import type { Logger } from '../types';

/** Files that this process makes are its owner's alone, whatever the umask it was started with. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

/**
 * Node would trust every certificate. No connection of ours obeys that; without the variable, none of anybody else's in
 * this process does.
 */
export function ignoreDistrust(env: NodeJS.ProcessEnv, log: Pick<Logger, 'warn'>): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === undefined) return;
  delete env.NODE_TLS_REJECT_UNAUTHORIZED;
  log.warn('NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always checked', {});
}
