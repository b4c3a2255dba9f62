import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Readable } from 'node:stream';
import { bareHost } from '../../../lib/bareHost';
import type { RateLimiter } from '../objectStore';
import { isOfCertificate } from './certificateCodes';
import { connectSecurely, AbortableTlsAgent, trackPending } from './abortableAgent';
import { KEPT_MS, KeptConnections } from './http1/keptConnections';
import { isNotTls } from './notTls';
import { proxyNotReached, proxySilent, refuseProxyReply } from './proxy/proxyFailure';
import { addressOf, proxyFor, type Environment, type ProxyServer } from './proxy/proxyServer';
import { TunnelAgent, type TunnelledRequest } from './proxy/tunnelAgent';
import { ProvenAgent, type ProvenRequest } from './serverProof';
import { ASK_FIRST_BYTES, sendBody } from './sendBody';
import { cancelled, watchSocket, type TransportTimeouts } from './stallWatch';
import { trusting } from './certificateAuthorities';

/** A request from the SDK. Bodies here are always bytes or text, never streams. */
export type TransportRequest = {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};

export type TransportOptions = {
  abortSignal?: AbortSignal;
  onBytesSent?: (bytes: number) => void;
  /** Whether to announce a large body first (`Expect: 100-continue`). Default: true. */
  expectContinue?: boolean;
  /** Called when this request announces its body. */
  onAskedFirst?: () => void;
};

export type TransportSettings = {
  /** PEM text of certificate authorities to trust in addition to the system's. */
  ca?: string;
  rateLimit?: RateLimiter;
  /** The environment that may name a proxy. Absent: no proxy. */
  env?: Environment;
  /** The secret of a local bucket. Over plain http, the server must prove it before anything is sent. */
  proofSecret?: string;
};

export type TransportResponse = {
  statusCode: number;
  reason?: string;
  headers: Record<string, string>;
  /** A stream or the whole body: the SDK accepts either. */
  body: Readable | Uint8Array;
};

/**
 * The SDK's transport over node:http(s). The SDK's own transport opens a new socket for each request that uses
 * `Expect`, cannot report the progress of a body, and treats a slow reply as a stall. This one reuses sockets, reports
 * bytes as they are sent, and destroys the socket at once when the call is cancelled.
 */
export class HttpTransport {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  private readonly plain: http.Agent;
  private secure: https.Agent | undefined;
  /** The environment names at most one proxy for https. */
  private tunnels: TunnelAgent | undefined;
  private readonly proxies = new Map<string, ProxyServer | null>();
  /** By server, for small bodies. */
  private readonly connections = new Map<string, KeptConnections>();
  private isClosed = false;

  constructor(
    private readonly timeouts: TransportTimeouts,
    private readonly options: TransportSettings = {},
  ) {
    const { proofSecret } = options;
    this.plain = proofSecret === undefined ? new http.Agent(KEPT) : new ProvenAgent(proofSecret, KEPT);
  }

  /**
   * Repeats a request once if a reused connection failed: the server may have closed it while idle. Does not repeat if
   * a large body was sent completely: the connection was alive, and the part may have arrived although the reply was
   * lost.
   */
  async handle(
    request: TransportRequest,
    options: TransportOptions = {},
  ): Promise<{ response: TransportResponse }> {
    let sentBytes = 0;
    const onBytesSent = (bytes: number) => {
      sentBytes += bytes;
      options.onBytesSent?.(bytes);
    };
    try {
      return await this.send(request, { ...options, onBytesSent });
    } catch (error) {
      if (!(error instanceof IdleConnectionClosed)) throw error;
      if (sentBytes >= ASK_FIRST_BYTES || this.isClosed) throw error.cause;
      // These bytes are sent again.
      options.onBytesSent?.(-sentBytes);
      this.closeIdle();
      return this.send(request, options, { keptToo: false });
    }
  }

  private async send(
    request: TransportRequest,
    options: TransportOptions,
    { keptToo = true } = {},
  ): Promise<{ response: TransportResponse }> {
    const signal = options.abortSignal;
    const body = bodyBytes(request.body);
    const proxy = this.proxyOf(request);
    const contact = { taken: false };
    const { rateLimit } = this.options;
    const { expectContinue = true } = options;
    const isLarge = body !== null && body.length >= ASK_FIRST_BYTES;
    const isProven = this.options.proofSecret !== undefined;
    if (request.method === 'PUT' && body && !isLarge && !proxy && !isProven)
      return this.putSmall(request, body, options, keptToo);
    const asksFirst = isLarge && expectContinue;
    if (asksFirst) options.onAskedFirst?.();
    const sent = this.open(request, asksFirst, proxy, contact);
    const slowReply = isCompletion(request) ? COMPLETION_PATIENCE : 1;
    const { release, cause, bodyHandedOver, answered } = watchSocket(sent, this.timeouts, {
      signal,
      slowReply,
    });
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve);
        sent.on('error', (error) => reject(signal?.aborted ? cancelled() : (cause() ?? error)));
        const { onBytesSent } = options;
        sendBody(sent, body, { rateLimit, asksFirst, onBytesSent, onHandedOver: bodyHandedOver });
      });
      answered(response);
      response.once('close', () => {
        release();
        // Refused before the whole body was sent: the server still expects the rest, so the socket cannot be reused.
        if (!sent.writableFinished) sent.destroy();
      });
      const answer = wireResponse(response);
      if (proxy && request.protocol === 'http:') refuseProxyReply(proxy, answer.statusCode, answer.headers);
      return { response: answer };
    } catch (error) {
      release();
      sent.destroy();
      const failure = proxy ? blameProxy(proxy, request, contact, error) : error;
      if (keptToo && sent.reusedSocket && isRepeatable(request) && isReset(error) && !signal?.aborted)
        throw new IdleConnectionClosed('reset', { cause: failure });
      throw failure;
    }
  }

  /** node:http takes twice as long for a small body, and most files are small. */
  private async putSmall(
    request: TransportRequest,
    body: Buffer,
    { abortSignal: signal, onBytesSent }: TransportOptions,
    keptToo: boolean,
  ): Promise<{ response: TransportResponse }> {
    const head = headOf(request, body.length);
    const { timeouts } = this;
    const { rateLimit } = this.options;
    try {
      const sending = { timeouts, rateLimit, signal, onBytesSent };
      return { response: await this.connectionsTo(request).send({ head, body }, sending) };
    } catch (error) {
      const { isUnanswered, wasKept } = error as FailedExchange;
      if (keptToo && isUnanswered && wasKept && isReset(error) && !signal?.aborted)
        throw new IdleConnectionClosed('reset', { cause: error });
      throw error;
    }
  }

  private connectionsTo(request: TransportRequest): KeptConnections {
    const { protocol, hostname, port } = request;
    const server = serverOf(request);
    const known = this.connections.get(server);
    if (known) return known;
    const host = bareHost(hostname);
    let session: Buffer | undefined;
    const connect = () => {
      if (protocol !== 'https:')
        return net.connect({ host, port: port ?? 80, noDelay: true, keepAlive: true });
      const place = { host, port: port ?? 443 };
      const socket = connectSecurely(place, { secureContext: trusting(this.options.ca), session });
      socket.on('session', (given) => (session = given));
      // The TLS session may have caused the failure.
      return socket.on('close', (hasFailed) => void (hasFailed && (session = undefined)));
    };
    const made = new KeptConnections(connect);
    this.connections.set(server, made);
    return made;
  }

  /** Cached per server, because parsing the environment is slow. */
  private proxyOf(request: TransportRequest): ProxyServer | null {
    const server = serverOf(request);
    const known = this.proxies.get(server);
    if (known !== undefined) return known;
    const proxy = proxyFor(request, this.options.env ?? {});
    this.proxies.set(server, proxy);
    return proxy;
  }

  /** Closes all sockets, idle or in use. */
  destroy(): void {
    this.isClosed = true;
    this.plain.destroy();
    this.secure?.destroy();
    this.tunnels?.destroy();
    for (const connections of this.connections.values()) connections.destroy();
  }

  /** Connections idle together, so if one was closed the others may be too. */
  private closeIdle(): void {
    for (const agent of [this.plain, this.secure, this.tunnels])
      for (const sockets of Object.values(agent?.freeSockets ?? {}))
        for (const socket of sockets ?? []) socket.destroy();
    for (const connections of this.connections.values()) connections.closeIdle();
  }

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  updateHttpClientConfig(): void {
    // Ignores the SDK's default timeouts; the caller sets ours.
  }

  private open(
    request: TransportRequest,
    asksFirst: boolean,
    proxy: ProxyServer | null,
    contact: ProxyContact,
  ): ClientRequest {
    const headers = { ...request.headers };
    if (asksFirst) headers.Expect = '100-continue';
    const { method, port } = request;
    const hostname = bareHost(request.hostname);
    const path = request.path + queryString(request.query);
    const straight = { method, hostname, port, path, headers };
    if (request.protocol === 'https:')
      return proxy ? this.tunnel(straight, proxy, contact) : this.secureRequest(straight);
    if (!proxy) return this.plainRequest(straight);
    const host = `${request.hostname}${port === undefined ? '' : `:${port}`}`;
    if (proxy.authorization) headers['Proxy-Authorization'] = proxy.authorization;
    // A proxy expects the absolute URL (RFC 9112 §3.2.2).
    const forwarded = {
      method,
      ...addressOf(proxy),
      path: `http://${host}${path}`,
      headers,
    };
    return proxy.secure ? this.secureRequest(forwarded) : http.request({ ...forwarded, agent: this.plain });
  }

  private plainRequest(options: http.RequestOptions): ClientRequest {
    if (!(this.plain instanceof ProvenAgent)) return http.request({ ...options, agent: this.plain });
    const over = new AbortController();
    const proven: ProvenRequest = { ...options, agent: this.plain, proofSignal: over.signal };
    const sent = http.request(proven);
    trackPending(sent, () => over.abort());
    return sent;
  }

  private secureRequest(options: https.RequestOptions): ClientRequest {
    const secureContext = trusting(this.options.ca);
    this.secure ??= new AbortableTlsAgent({ ...KEPT, secureContext });
    return https.request({ ...options, agent: this.secure });
  }

  private tunnel(options: https.RequestOptions, proxy: ProxyServer, contact: ProxyContact): ClientRequest {
    const secureContext = trusting(this.options.ca);
    const agent = (this.tunnels ??= new TunnelAgent(proxy, { ...KEPT, secureContext }));
    const over = new AbortController();
    const onTaken = () => void (contact.taken = true);
    const tunnelled: TunnelledRequest = { ...options, agent, tunnelSignal: over.signal, onTaken };
    const sent = https.request(tunnelled);
    trackPending(sent, () => over.abort());
    return sent;
  }
}

const KEPT: http.AgentOptions = { keepAlive: true, timeout: KEPT_MS };

function serverOf({ protocol, hostname, port }: TransportRequest): string {
  return `${protocol}//${hostname}:${port}`;
}

/** A reused connection was reset before any reply. */
class IdleConnectionClosed extends Error {}

/** A POST may have taken effect although its reply was lost (RFC 9110 §9.2.2). */
function isRepeatable({ method }: TransportRequest): boolean {
  return method !== 'POST';
}

function isReset(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ECONNRESET', 'EPIPE'].includes(code);
}

/** S3 sends single spaces to keep the connection open while it assembles parts, which takes minutes. */
const COMPLETION_PATIENCE = 20;

function isCompletion({ method, query }: TransportRequest): boolean {
  return method === 'POST' && query?.uploadId !== undefined;
}

/** Whether the proxy accepted the connection. */
type ProxyContact = { taken: boolean };

/**
 * Attributes an error to the proxy. A failed connection is always the proxy's. A request for plain http uses no tunnel,
 * so its TLS errors are the proxy's too: there is no TLS to the server.
 */
function blameProxy(
  proxy: ProxyServer,
  { protocol }: TransportRequest,
  { taken }: ProxyContact,
  error: unknown,
): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  const isItsTls = protocol === 'http:' && proxy.secure;
  if ((code === 'ConnectTimeout' && taken) || (code === 'HandshakeStalled' && isItsTls))
    return proxySilent(proxy);
  const atConnecting = code === 'ConnectTimeout' || syscall === 'connect' || syscall === 'getaddrinfo';
  const atItsTls = isItsTls && (isOfCertificate(code) || isNotTls({ code, message }));
  return atConnecting || atItsTls ? proxyNotReached(proxy, error as Error) : error;
}

/** Fields of an error from `KeptConnections` that show whether the server is at fault. */
type FailedExchange = Error & { isUnanswered?: boolean; wasKept?: boolean };

/** @throws TypeError, as node:http does, for characters that are not allowed in a request */
function headOf({ method, path, query, headers }: TransportRequest, bodyBytes: number): string {
  const target = path + queryString(query);
  if (/[^\x21-\x7e]/.test(target)) throw new TypeError('the path has characters that are not escaped');
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (const name in headers) {
    if (name.toLowerCase() === 'content-length') continue;
    http.validateHeaderName(name);
    http.validateHeaderValue(name, headers[name]!);
    head += `${name}: ${headers[name]}\r\n`;
  }
  return `${head}content-length: ${bodyBytes}\r\nconnection: keep-alive\r\n\r\n`;
}

function bodyBytes(body: unknown): Buffer | null {
  if (body === undefined || body === null || body === '') return null;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) {
    return body.length === 0 ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  throw new TypeError('the object store sends bytes and text only');
}

function wireResponse(response: IncomingMessage): TransportResponse {
  const headers: Record<string, string> = {};
  for (const name in response.headers) {
    const value = response.headers[name];
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { statusCode: response.statusCode ?? 0, reason: response.statusMessage, headers, body: response };
}

/** @returns the query with its `?`, sorted by name, or an empty string */
export function queryString(query: TransportRequest['query']): string {
  const pairs: string[] = [];
  for (const name of Object.keys(query ?? {}).sort()) {
    const value = query![name];
    for (const one of Array.isArray(value) ? value : [value])
      pairs.push(one === null || one === undefined ? encode(name) : `${encode(name)}=${encode(one)}`);
  }
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Percent-encoding as SigV4 requires it (RFC 3986). */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
