import { BlockList, isIP } from 'node:net';
import { bareHost } from '../../../../lib/bareHost';
import { isLoopbackHost } from '../../../../lib/loopbackHost';
import { ObjectStoreError } from '../../objectStore';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Target = { protocol: string; hostname: string; port?: number };

/** A proxy from the environment. */
export type ProxyServer = {
  secure: boolean;
  hostname: string;
  port: number;
  /** Host and port, for people. */
  name: string;
  /** The value of `Proxy-Authorization`, if the address contains a user. */
  authorization?: string;
  /** The environment variable that names the proxy. */
  variable: string;
};

const VARIABLES = {
  'https:': ['https_proxy', 'HTTPS_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY'],
} as const;

/**
 * The proxy for a request; null if it is sent directly. Lower case takes precedence over upper case, as with curl;
 * loopback hosts never use a proxy, as with Go's tools. An address without a scheme means http.
 * @throws ObjectStoreError `ProxyUnusable`, needs-user: the user did not ask for a direct connection
 */
export function proxyFor(target: Target, env: Environment): ProxyServer | null {
  const found = namedProxy(target.protocol, env);
  if (!found || isLoopbackHost(target.hostname) || isExcepted(target, env)) return null;
  const url = parseAddress(found.address);
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw unusable(found.variable, url?.protocol);
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  return {
    ...{ secure, port, variable: found.variable },
    hostname: bareHost(url.hostname),
    name: `${url.hostname}:${port}`,
    authorization: authorizationOf(url),
  };
}

/**
 * Connection options for the proxy. Without a `servername`, TLS would expect the name in the `Host` header: the
 * server's.
 */
export function addressOf({ hostname, port }: ProxyServer) {
  return { hostname, port, servername: isIP(hostname) === 0 ? hostname : '' };
}

/** Secrets to keep out of logs: passwords in the addresses of proxies, in every encoding in use. */
export function proxySecrets(env: Environment): string[] {
  return Object.keys(VARIABLES).flatMap((protocol) => {
    const url = parseAddress(namedProxy(protocol, env)?.address ?? '');
    if (!url?.password) return [];
    return [url.password, decode(url.password), authorizationOf(url)!.slice('Basic '.length)];
  });
}

function namedProxy(protocol: string, env: Environment): { address: string; variable: string } | undefined {
  const variables = VARIABLES[protocol as keyof typeof VARIABLES] ?? [];
  const variable = variables.find((name) => env[name]?.trim());
  return variable && { variable, address: env[variable]!.trim() };
}

function parseAddress(address: string): URL | null {
  return URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`);
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (!username && !password) return undefined;
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}`;
}

/** A lone "%" in a password is not an escape. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unusable(variable: string, protocol = 'none'): ObjectStoreError {
  const facts = { kind: 'proxy-unusable', variable } as const;
  const problem = { code: 'ProxyUnusable', facts, details: `its protocol: ${protocol}` };
  return new ObjectStoreError({ verdict: 'needs-user', problem });
}

/** `NO_PROXY`: domains with their subdomains, addresses, ranges such as 10.0.0.0/8, each with or without a port. */
function isExcepted({ hostname, port, protocol }: Target, env: Environment): boolean {
  const list = env.no_proxy || env.NO_PROXY || '';
  const host = bareHost(hostname).toLowerCase();
  const targetPort = port ?? (protocol === 'https:' ? 443 : 80);
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => isCovered(entry.toLowerCase(), host, targetPort));
}

function isCovered(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const [, bracketed, plain, entryPort] = /^(?:\[(.*)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && Number(entryPort) !== port) return false;
  const name = (bracketed ?? plain ?? entry).replace(/^\*?\./, '');
  if (name.includes('/')) return isInRange(host, name);
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

function isInRange(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), kind);
  return list.check(host, kind);
}
