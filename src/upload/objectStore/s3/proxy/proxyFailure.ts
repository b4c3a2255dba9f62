import { isOfCertificate } from '../certificateCodes';
import { isNotTls } from '../notTls';
import type { ProxyServer } from './proxyServer';

/**
 * Why the way through a proxy ended at it: it cannot be reached, it took the connection and says nothing, it cannot reach the
 * server, it wants a sign-in, it refuses, its certificate is not trusted, or it does not speak TLS.
 */
export type ProxyTrouble =
  | 'ProxyUnreachable'
  | 'ProxySilent'
  | 'ProxyCannotReachServer'
  | 'ProxyAuthenticationRequired'
  | 'ProxyRefused'
  | 'ProxyCertificate'
  | 'ProxyNotTls';

export class ProxyFailure extends Error {
  readonly code: ProxyTrouble;
  readonly proxy: Pick<ProxyServer, 'name' | 'variable'>;
  constructor(code: ProxyTrouble, { name, variable }: ProxyServer, details: string) {
    super(details);
    this.name = 'ProxyFailure';
    this.code = code;
    // Not the proxy itself, which holds a password: errors get printed.
    this.proxy = { name, variable };
  }
}

/** A proxy answers 502, 503 and 504 for a server that it does not reach, and redirects where one has to sign in first. */
export function refusedByProxy(proxy: ProxyServer, status: number): ProxyFailure {
  const code =
    status === 407
      ? 'ProxyAuthenticationRequired'
      : status >= 400 && status < 500
        ? 'ProxyRefused'
        : 'ProxyCannotReachServer';
  return new ProxyFailure(code, proxy, `the proxy answered ${status}`);
}

/** What kept a connection to the proxy itself from coming about. */
export function proxyNotReached(proxy: ProxyServer, cause: Error & { code?: string }): ProxyFailure {
  const code = isOfCertificate(cause.code)
    ? 'ProxyCertificate'
    : isNotTls(cause)
      ? 'ProxyNotTls'
      : 'ProxyUnreachable';
  return new ProxyFailure(code, proxy, `${cause.code ?? cause.name}: ${cause.message}`);
}

export function proxySilent(proxy: ProxyServer): ProxyFailure {
  return new ProxyFailure('ProxySilent', proxy, 'connected, and no answer');
}

/**
 * Throws where the proxy itself answered a request for plain http: 407 is always its own, and 502 and 504 are where no
 * server's header is in them.
 */
export function refuseProxyReply(proxy: ProxyServer, status: number, headers: Record<string, string>): void {
  const isServers = Object.keys(headers).some((name) => name.startsWith('x-amz-') || name === 'x-trans-id');
  if (status === 407 || ((status === 502 || status === 504) && !isServers))
    throw refusedByProxy(proxy, status);
}
