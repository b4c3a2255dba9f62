import type { CommandLine } from 'electron';
import type { Logger } from '../../shared/runtime';

/** Makes the files that this process creates private to their owner, regardless of the inherited umask. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

/**
 * With NODE_TLS_REJECT_UNAUTHORIZED=0 Node trusts every certificate. The app's own connections ignore the variable;
 * removing it protects the other connections of this process too.
 */
export function ignoreDistrust(env: NodeJS.ProcessEnv, log: Pick<Logger, 'warn'>): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === undefined) return;
  delete env.NODE_TLS_REJECT_UNAUTHORIZED;
  log.warn('NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always checked', {});
}

/**
 * Closes the network to pages. Pages load from the app itself, and no Content-Security-Policy covers WebRTC or DNS. So
 * no name is resolved, and TCP goes through a proxy at port 0, where nothing can listen. `lockDown` closes UDP for each
 * page. Must run before the app is ready.
 * @param developmentUrl where pages load from during development
 */
export function closeNetwork(commandLine: Pick<CommandLine, 'appendSwitch'>, developmentUrl?: string): void {
  const own = developmentUrl === undefined ? undefined : new URL(developmentUrl);
  commandLine.appendSwitch('proxy-server', 'http://127.0.0.1:0');
  // By default Chromium uses no proxy for this computer's own addresses.
  commandLine.appendSwitch('proxy-bypass-list', ['<-loopback>', ...(own ? [own.host] : [])].join(';'));
  const except = own ? `, EXCLUDE ${own.hostname}` : '';
  commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${except}`);
}
