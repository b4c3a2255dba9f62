import type { CommandLine } from 'electron';
import type { Logger } from '../../shared/runtime';

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

/**
 * Closes the network to pages. They load from the app itself, and no Content-Security-Policy covers WebRTC or DNS. So no
 * name is resolved, and TCP goes through a proxy at port 0, where nothing can listen. UDP is closed for each page:
 * see `lockDown`. Must run before the app is ready.
 * @param developmentUrl where pages come from while developing
 */
export function closeNetwork(commandLine: Pick<CommandLine, 'appendSwitch'>, developmentUrl?: string): void {
  const own = developmentUrl === undefined ? undefined : new URL(developmentUrl);
  commandLine.appendSwitch('proxy-server', 'http://127.0.0.1:0');
  // By default no proxy is used for this computer's own addresses.
  commandLine.appendSwitch('proxy-bypass-list', ['<-loopback>', ...(own ? [own.host] : [])].join(';'));
  const except = own ? `, EXCLUDE ${own.hostname}` : '';
  commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${except}`);
}
