import type Electron from 'electron';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { guardClass } from '../notImplemented.ts';
import { addScheme, removeScheme, schemeOf, toAppUrl, toChromiumPolicy } from './schemeUrls.ts';

type Handler = (request: Request) => Response | Promise<Response>;
type Implemented = Pick<
  Electron.Protocol,
  'handle' | 'unhandle' | 'isProtocolHandled' | 'registerSchemesAsPrivileged'
>;

/** The used fields of CDP's Fetch.requestPaused. */
export type PausedRequest = {
  requestId: string;
  frameId: string;
  resourceType: string;
  redirectedRequestId?: string;
  request: {
    url: string;
    method: string;
    headers: Record<string, string>;
    postDataEntries?: { bytes?: string }[];
  };
};

function toRequest({ request }: PausedRequest): Request {
  const parts = (request.postDataEntries ?? []).map(({ bytes }) => Buffer.from(bytes ?? '', 'base64'));
  const body = parts.length > 0 ? Buffer.concat(parts) : undefined;
  const { method, headers } = request;
  // A Request has no URL fragment, and servers never see one.
  return new Request(toAppUrl(request.url).replace(/#.*$/, ''), { method, headers, body });
}

/** A page's request is answered in one message, so long media streams are sent in pieces. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * An answer's body, held as a whole. A long partial answer (206) is truncated: Chromium requests the rest when it needs
 * it, as from any server that sends less than requested (RFC 9110 §15.3.7).
 */
async function readBody(response: Response): Promise<{ headers: Headers; body: Buffer }> {
  const headers = new Headers(response.headers);
  const [, first, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (response.status !== 206 || first === undefined || !response.body)
    return { headers, body: Buffer.from(await response.arrayBuffer()) };
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream, which closes its file.
  for await (const chunk of response.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= pieceBytes) break;
  }
  headers.set('content-range', `bytes ${first}-${Number(first) + length - 1}/${size}`);
  headers.set('content-length', String(length));
  return { headers, body: Buffer.concat(chunks) };
}

function toHeaderList(headers: Headers): { name: string; value: string }[] {
  return [...headers].map(([name, value]) => ({
    name,
    value: /^content-security-policy/i.test(name) ? toChromiumPolicy(value) : value,
  }));
}

export class ShellProtocol implements Implemented {
  readonly #handlers = new Map<string, Handler>();

  /** Every scheme is served as https, which already has all the privileges. */
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    for (const { scheme } of schemes) addScheme(scheme);
  }

  handle(scheme: string, handler: Handler): void {
    if (this.#handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    addScheme(scheme);
    this.#handlers.set(scheme, handler);
  }

  unhandle(scheme: string): void {
    if (!this.#handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
    removeScheme(scheme);
  }

  isProtocolHandled(scheme: string): boolean {
    return this.#handlers.has(scheme);
  }

  /** Answers a paused request with the app's handler; false if its scheme has no handler. @internal */
  async answer(paused: PausedRequest, cdp: CdpSession): Promise<boolean> {
    const scheme = schemeOf(paused.request.url);
    const handler = scheme && this.#handlers.get(scheme);
    if (!handler) return false;
    const { requestId } = paused;
    try {
      const response = await handler(toRequest(paused));
      const { headers, body } = await readBody(response);
      await cdp.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: response.status,
        responseHeaders: toHeaderList(headers),
        body: body.toString('base64'),
      });
    } catch (error) {
      process.stderr.write(`Chromium shell: the handler of ${scheme}: failed: ${String(error)}\n`);
      await cdp.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    }
    return true;
  }
}

guardClass(ShellProtocol, 'protocol');
