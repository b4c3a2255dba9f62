import { isOfCertificate } from '../certificateCodes';
import { isNotTls } from '../notTls';
import type { ProxyServer } from './proxyServer';

/**
 * Why a request failed at the proxy: it is unreachable, accepted the connection but sends nothing, cannot reach the
 * server, requires a sign-in, refuses, has an untrusted certificate, or does not speak TLS.
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
    // Not the ProxyServer itself, because it contains a password and errors get printed.
    this.proxy = { name, variable };
  }
}

/** A proxy returns 502, 503 or 504 if it cannot reach the server, and a redirect if it requires a sign-in first. */
export function refusedByProxy(proxy: ProxyServer, status: number): ProxyFailure {
  const code =
    status === 407
      ? 'ProxyAuthenticationRequired'
      : status >= 400 && status < 500
        ? 'ProxyRefused'
        : 'ProxyCannotReachServer';
  return new ProxyFailure(code, proxy, `the proxy answered ${status}`);
}

/** The failure to connect to the proxy itself. */
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
 * Throws if the proxy itself replied to a plain http request: 407 always comes from the proxy, and 502 and 504 do if
 * they have no header of a server.
 */
export function refuseProxyReply(proxy: ProxyServer, status: number, headers: Record<string, string>): void {
  const isServers = Object.keys(headers).some((name) => name.startsWith('x-amz-') || name === 'x-trans-id');
  if (status === 407 || ((status === 502 || status === 504) && !isServers))
    throw refusedByProxy(proxy, status);
}
