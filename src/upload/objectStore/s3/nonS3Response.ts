import type { Readable } from 'node:stream';
import { bareHost } from '../../../lib/bareHost';
import type { TransportResponse } from './httpTransport';

/**
 * The kind of a reply that does not come from a storage server: `sign-in` page or redirect of a captive portal ·
 * `redirect` elsewhere, see `location` · `gateway` in front of the server replied, and its status says why · `page` of
 * a web server.
 */
export type NonS3Kind = 'sign-in' | 'redirect' | 'gateway' | 'page';

export type NonS3Facts = {
  kind: NonS3Kind;
  httpStatus: number;
  headers: Record<string, string>;
  /** Product in front of the server, if its reply names it. */
  gateway?: string;
  /** Absolute. */
  location?: URL;
  /** The beginning of its text, without markup. */
  text: string;
  /** The origin of the request. */
  from: string;
};

/** A reply that no S3 server sends. */
export class NonS3ResponseError extends Error {
  readonly code: string;
  readonly kind: NonS3Kind;
  readonly httpStatus: number;
  readonly headers: Record<string, string>;
  readonly gateway?: string;
  readonly location?: URL;
  readonly from: string;
  constructor({ kind, httpStatus, headers, gateway, location, text, from }: NonS3Facts) {
    const where = location ? ` to ${location.href}` : '';
    super(`status ${httpStatus}${where}, not from a storage server${text ? `: ${text}` : ''}`);
    this.name = 'ForeignReply';
    const ofStatus = kind === 'gateway' ? `HTTP${httpStatus}` : 'ForeignReply';
    this.code = kind === 'redirect' ? 'ForeignRedirect' : ofStatus;
    this.kind = kind;
    this.httpStatus = httpStatus;
    this.headers = headers;
    this.gateway = gateway;
    this.location = location;
    this.from = from;
  }
}

export type ReplyHead = Pick<TransportResponse, 'statusCode' | 'headers' | 'body'>;
/** The URL of a request. */
export type RequestPlace = { protocol: string; hostname: string; port?: number; path: string };

/**
 * Throws for a reply without any of S3's signs: redirects, gateway errors, pages. Checks the status first.
 * @throws NonS3ResponseError
 */
export async function assertS3Response(response: ReplyHead, place: RequestPlace): Promise<void> {
  const { statusCode: httpStatus, headers, body } = response;
  const location = absoluteLocation(headers.location, place);
  const kind = kindOf(response, location, place);
  if (!kind) return;
  const text = await beginningOf(body);
  const gateway = gatewayName(headers);
  throw new NonS3ResponseError({ kind, httpStatus, headers, gateway, location, text, from: originOf(place) });
}

/** Statuses with which a gateway in front of a server refuses requests, whatever the content. */
const GATEWAY_STATUSES = new Set([
  401, 403, 405, 406, 408, 411, 413, 414, 417, 421, 423, 425, 426, 429, 431, 451,
]);

function kindOf(
  { statusCode, headers }: ReplyHead,
  location: URL | undefined,
  place: RequestPlace,
): NonS3Kind | undefined {
  const type = headers['content-type'] ?? '';
  const isS3 = Object.keys(headers).some((name) => name.startsWith('x-amz-') || name === 'x-trans-id');
  if (isS3 || /\bxml\b/i.test(type.replace(/^application\/xhtml\+xml/i, ''))) return undefined;
  const isHtml = /^(text\/html|application\/xhtml)\b/i.test(type);
  if (statusCode === 511) return 'sign-in';
  if (statusCode >= 300 && statusCode < 400 && statusCode !== 304)
    return redirectKind(statusCode, location, place);
  if (statusCode >= 500) return type === '' ? undefined : 'gateway';
  if (statusCode === 400) return isHtml ? 'gateway' : undefined;
  // A HEAD's refusal without a body may come from the server itself.
  if (GATEWAY_STATUSES.has(statusCode) && (isHtml || isUnambiguous(statusCode))) return 'gateway';
  if (!isHtml) return undefined;
  return statusCode < 300 ? 'sign-in' : 'page';
}

function isUnambiguous(status: number): boolean {
  return [408, 413, 414, 417, 421, 425, 429, 431].includes(status);
}

/** A portal redirects to another host, temporarily; a server that moved uses a permanent redirect, or names itself. */
function redirectKind(status: number, location: URL | undefined, place: RequestPlace): NonS3Kind {
  if (!location) return 'sign-in';
  const isSameHost = bareHost(location.hostname) === bareHost(place.hostname);
  return isSameHost || status === 301 || status === 308 ? 'redirect' : 'sign-in';
}

function absoluteLocation(location: string | undefined, place: RequestPlace): URL | undefined {
  if (!location) return undefined;
  return URL.parse(location, `${originOf(place)}${place.path}`) ?? undefined;
}

function originOf({ protocol, hostname, port }: RequestPlace): string {
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`).origin;
}

const PRODUCTS: readonly [RegExp, string][] = [
  [/cloudflare/i, 'Cloudflare'],
  [/openresty|nginx/i, 'nginx'],
  [/apache/i, 'Apache'],
  [/microsoft-iis/i, 'IIS'],
  [/caddy/i, 'Caddy'],
  [/envoy/i, 'Envoy'],
  [/awselb/i, 'AWS load balancer'],
  [/cloudfront/i, 'CloudFront'],
  [/varnish/i, 'Varnish'],
  [/squid/i, 'Squid'],
  [/lighttpd/i, 'lighttpd'],
  [/traefik/i, 'Traefik'],
];

function gatewayName(headers: Record<string, string>): string | undefined {
  if (headers['cf-ray']) return 'Cloudflare';
  const said = [headers.server, headers.via, headers['x-cache']].filter(Boolean).join(' ');
  return PRODUCTS.find(([pattern]) => pattern.test(said))?.[1];
}

const MOST_TEXT_BYTES = 2048;

/** Reads only the beginning of a page; the connection cannot be reused after that. */
async function beginningOf(body: TransportResponse['body']): Promise<string> {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString() : await readBeginning(body);
  const bare = text
    .slice(0, MOST_TEXT_BYTES)
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>?/g, ' ')
    .replace(/\s+/g, ' ');
  return bare.trim().slice(0, 300);
}

async function readBeginning(body: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length >= MOST_TEXT_BYTES) break;
    }
  } catch {
    // The status is already known and is enough.
  }
  body.destroy();
  return text;
}
