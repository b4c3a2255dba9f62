import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Exchange, Reply, Rule } from './rules';

export type Passage = {
  request: IncomingMessage;
  response: ServerResponse;
  /** The client waits to be told to send its body. */
  expects: boolean;
  target: string;
  rule?: Rule;
  exchange: Exchange;
  /** Counts bytes of the body; resolves when the link takes more. */
  count: (bytes: number) => Promise<void>;
};

/** The connection is to be cut. */
class Cut extends Error {}

/** Takes one request to the server and its reply back, spoilt as the rule says. Rejects when the client is to be cut off. */
export async function forward(passage: Passage): Promise<void> {
  const damage = passage.rule?.damage;
  if (damage?.kind === 'answer') return answer(passage, damage);
  if (damage?.kind === 'reset' && damage.afterBytes === 0) throw new Cut();
  const upstream = open(passage);
  try {
    const replied = reply(upstream);
    // Whoever waits for it may come late.
    replied.catch(() => undefined);
    if (await wantsBody(passage, upstream, replied)) await sendBody(passage, upstream, replied);
    const got = await replied;
    if (damage?.kind === 'loseReply') {
      damage.meanwhile?.();
      throw new Cut();
    }
    send(passage, damage?.kind === 'rewrite' ? damage.change(got) : got);
  } finally {
    upstream.destroy();
  }
}

function open({ request, target }: Passage): ClientRequest {
  const { hostname, port } = new URL(target);
  // No agent: a connection for each request, so that none is found closed when it is used again.
  const upstream = http.request({
    ...{ hostname, port, method: request.method, path: request.url, headers: request.headers },
    agent: false,
  });
  upstream.on('error', () => undefined);
  upstream.flushHeaders();
  return upstream;
}

async function reply(upstream: ClientRequest): Promise<Reply> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  return { status: response.statusCode ?? 502, headers, body: Buffer.concat(chunks) };
}

/** Asks the server first where the client does; false when it refuses. */
async function wantsBody(
  { expects, response }: Passage,
  upstream: ClientRequest,
  replied: Promise<Reply>,
): Promise<boolean> {
  if (!expects) return true;
  const goOn = await Promise.race([once(upstream, 'continue').then(() => true), replied.then(() => false)]);
  if (goOn) response.writeContinue();
  return goOn;
}

async function sendBody(
  { request, rule, exchange, count }: Passage,
  upstream: ClientRequest,
  replied: Promise<Reply>,
): Promise<void> {
  const damage = rule?.damage;
  const cutAt = damage?.kind === 'reset' || damage?.kind === 'blackHole' ? damage.afterBytes : Infinity;
  const flipAt = damage?.kind === 'flip' ? damage.atByte : -1;
  let answered = false;
  replied.then(
    () => (answered = true),
    () => (answered = true),
  );
  if (cutAt === 0) await end(request, damage!.kind === 'blackHole');
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    const from = exchange.bytes;
    if (flipAt >= from && flipAt < from + bytes.length) bytes[flipAt - from]! ^= 1;
    await count(bytes.length);
    if (exchange.bytes >= cutAt) await end(request, damage!.kind === 'blackHole');
    if (answered) return;
    if (!upstream.write(bytes)) await Promise.race([once(upstream, 'drain'), replied]);
  }
  upstream.end();
}

/** Cuts the connection; in a black hole only once the client itself has given up. */
async function end(request: IncomingMessage, silently: boolean): Promise<never> {
  if (silently && !request.socket.destroyed) {
    request.pause();
    await once(request.socket, 'close');
  }
  throw new Cut();
}

async function answer(
  passage: Passage,
  { status, code, headers, afterBytes }: Extract<NonNullable<Rule['damage']>, { kind: 'answer' }>,
): Promise<void> {
  const { request, response, exchange, count, expects } = passage;
  if (afterBytes !== undefined) {
    if (expects) response.writeContinue();
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      await count((chunk as Buffer).length);
      if (exchange.bytes >= afterBytes) break;
    }
  }
  const body = Buffer.from(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>A scripted fault.</Message></Error>`,
  );
  send(passage, {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'FAULT', ...headers },
    body,
  });
}

function send({ request, response, exchange }: Passage, { status, headers, body }: Reply): void {
  const { connection: _, 'transfer-encoding': __, ...kept } = headers;
  const length = request.method === 'HEAD' ? kept['content-length'] : String(body.length);
  exchange.status = status;
  exchange.repliedRealMs = performance.now();
  response.writeHead(status, { ...kept, ...(length !== undefined && { 'content-length': length }) });
  response.end(body);
}
