import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { CuttableTlsAgent } from './cutConnection';
import { watchSocket, type WireTimeouts } from './stallWatch';

/** The request as the SDK hands it to its transport. Bodies here are always bytes or text, never streams. */
export type WireRequest = {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};

export type WireOptions = {
  abortSignal?: unknown;
  onBytesSent?: (bytes: number) => void;
};

type WireResponse = { statusCode: number; reason?: string; headers: Record<string, string>; body: unknown };

const SLICE_BYTES = 256 * 1024;
/** Above this a refusal should come before the body: the request asks first (Expect: 100-continue). */
const ASK_FIRST_BYTES = 1024 * 1024;

/**
 * The SDK's transport over node:http(s). The SDK's own one opens a socket per request for bodies that ask first, cannot
 * tell how far a body got, and counts a slow reply as a stall; this one keeps sockets, reports bytes as they leave, and
 * destroys the socket at once when the call is cancelled.
 */
export class Wire {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  private readonly plain: http.Agent;
  private readonly secure: https.Agent;

  constructor(
    private readonly timeouts: WireTimeouts,
    tls: { ca?: string } = {},
  ) {
    this.plain = new http.Agent({ keepAlive: true });
    this.secure = new CuttableTlsAgent({ keepAlive: true, ca: tls.ca });
  }

  async handle(request: WireRequest, options: WireOptions = {}): Promise<{ response: WireResponse }> {
    const signal = options.abortSignal as AbortSignal | undefined;
    const body = bodyBytes(request.body);
    const sent = this.open(request, body);
    const { release, cause } = watchSocket(sent, this.timeouts, signal);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve);
        sent.on('error', (error) => reject(signal?.aborted ? cancelled() : (cause() ?? error)));
        sendBody(sent, body, options.onBytesSent);
      });
      response.once('close', () => {
        release();
        // Refused before the body was all sent: the socket waits for the rest and is of no more use.
        if (!sent.writableFinished) sent.destroy();
      });
      return { response: wireResponse(response) };
    } catch (error) {
      release();
      sent.destroy();
      throw error;
    }
  }

  /** Closes idle sockets and those in use. */
  destroy(): void {
    this.plain.destroy();
    this.secure.destroy();
  }

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  updateHttpClientConfig(): void {
    // The SDK offers its own defaults for timeouts here; ours are fixed by the caller.
  }

  private open(request: WireRequest, body: Buffer | null): ClientRequest {
    const secure = request.protocol === 'https:';
    const headers = { ...request.headers };
    if (body && body.length >= ASK_FIRST_BYTES) headers.Expect = '100-continue';
    return (secure ? https : http).request({
      method: request.method,
      hostname: request.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: request.port,
      path: request.path + queryString(request.query),
      headers,
      agent: secure ? this.secure : this.plain,
    });
  }
}

/** The error a call ends with when its own signal ended it. */
export function cancelled(): Error {
  return Object.assign(new Error('cancelled'), { name: 'AbortError' });
}

function sendBody(request: ClientRequest, body: Buffer | null, onBytesSent?: (bytes: number) => void): void {
  if (!body) {
    request.end();
    return;
  }
  const write = () => writeFrom(request, body, 0, onBytesSent);
  if (body.length < ASK_FIRST_BYTES) return write();
  // A server that knows nothing of asking first stays silent: send anyway after a moment, as RFC 9110 §10.1.1 wants.
  const impatient = setTimeout(goOn, 1000);
  const stop = () => {
    clearTimeout(impatient);
    request.removeListener('continue', goOn);
  };
  function goOn(): void {
    stop();
    write();
  }
  request.once('continue', goOn);
  request.once('response', stop);
  request.once('close', stop);
}

function writeFrom(
  request: ClientRequest,
  body: Buffer,
  from: number,
  onBytesSent?: (bytes: number) => void,
): void {
  if (request.destroyed) return;
  const slice = body.subarray(from, from + SLICE_BYTES);
  const next = from + slice.length;
  if (slice.length === 0) {
    request.end();
    return;
  }
  request.write(slice, (error) => {
    if (error) return;
    onBytesSent?.(slice.length);
    writeFrom(request, body, next, onBytesSent);
  });
}

function bodyBytes(body: unknown): Buffer | null {
  if (body === undefined || body === null || body === '') return null;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) {
    return body.length === 0 ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  throw new TypeError('the object store sends bytes and text only');
}

function wireResponse(response: IncomingMessage): WireResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { statusCode: response.statusCode ?? 0, reason: response.statusMessage, headers, body: response };
}

function queryString(query: WireRequest['query']): string {
  const pairs: string[] = [];
  for (const name of Object.keys(query ?? {}).sort()) {
    const value = query![name];
    for (const one of Array.isArray(value) ? value : [value])
      pairs.push(one === null || one === undefined ? encode(name) : `${encode(name)}=${encode(one)}`);
  }
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Percent-encoding as SigV4 wants it (RFC 3986). */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
