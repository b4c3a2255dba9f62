import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type GatewayReply = { status: number; headers: Record<string, string>; body: Buffer | string };
export type GatewayRequest = { method: string; url: string; headers: http.IncomingHttpHeaders };

type OwnAnswer = Partial<GatewayReply> | undefined;

export type GatewayRules = {
  /** Answers instead of the server, before the body is read. */
  answer?: (request: GatewayRequest) => OwnAnswer | Promise<OwnAnswer>;
  /** Changes the server's reply. */
  change?: (request: GatewayRequest, reply: GatewayReply) => void;
  /** PEM texts: it then speaks https. */
  tls?: { key: string; cert: string };
};

export type Gateway = {
  endpoint: string;
  /** Every request, in order, with the status that it was answered with and the bytes of its body. */
  seen: (GatewayRequest & { status: number; bytes: number })[];
};

/** A reverse proxy in front of an S3 server, until the test has finished. The Host header passes, so signatures stay good. */
export async function startGateway(target: string, rules: GatewayRules): Promise<Gateway> {
  const seen: Gateway['seen'] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse, expects: boolean) => {
    const { method = '', url = '', headers } = request;
    const about = { method, url, headers, status: 0, bytes: 0 };
    seen.push(about);
    const own = await rules.answer?.(about);
    if (own) return send(request, response, about, { status: 200, headers: {}, body: '', ...own });
    if (expects) response.writeContinue();
    const body = await readAll(request);
    about.bytes = body.length;
    const reply = await forward(target, about, body);
    rules.change?.(about, reply);
    send(request, response, about, reply);
  };
  const server = rules.tls ? https.createServer(rules.tls) : http.createServer();
  const on = (expects: boolean) => (request: IncomingMessage, response: ServerResponse) =>
    void handle(request, response, expects).catch(() => response.destroy());
  server.on('request', on(false));
  server.on('checkContinue', on(true));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: rules.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, seen };
}

/** S3's own error. */
export function s3Error(status: number, code: string, message = 'Said by the test.'): Partial<GatewayReply> {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'TEST' }, body };
}

/** A page as a gateway makes it. */
export function page(status: number, server = 'nginx/1.27.0'): Partial<GatewayReply> {
  const body = `<html><head><title>${status}</title></head><body><h1>${status}</h1><hr>${server}</body></html>`;
  return { status, headers: { 'content-type': 'text/html', server }, body };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  about: { status: number },
  { status, headers, body }: GatewayReply,
): void {
  about.status = status;
  const isHead = request.method === 'HEAD';
  // Node adds a length of its own to what is sent at once.
  if (isHead) response.setHeader('connection', 'close').writeHead(status, headers).flushHeaders();
  else response.writeHead(status, headers);
  response.end(isHead ? undefined : body);
  if (!request.complete) request.resume();
}

async function forward(target: string, about: GatewayRequest, body: Buffer): Promise<GatewayReply> {
  const { hostname, port } = new URL(target);
  const { expect: _, ...headers } = about.headers;
  const sent = http.request({ hostname, port, method: about.method, path: about.url, headers, agent: false });
  sent.end(body);
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  const { connection: _connection, 'transfer-encoding': _encoding, ...kept } = reply.headers;
  return {
    status: reply.statusCode ?? 502,
    headers: kept as Record<string, string>,
    body: await readAll(reply),
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
