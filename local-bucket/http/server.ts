import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { checkSignature, isSigned, type Identity } from '../auth/signature.ts';
import { NONCE, PROOF_HEADER, PROOF_PATH } from '../auth/proof.mjs';
import { errorXml, S3Error } from '../errors.ts';
import type { FaultAction, Faults } from '../scriptedFaults.ts';
import { readOperation, runOperation, type Operation } from '../operations/route.ts';
import type { Reply } from '../operations/reply.ts';
import type { LogEntry, RequestLog } from '../requestLog.ts';
import type { BucketStore } from '../storage/bucketStore.ts';
import { readRequest, type S3Request } from './request.ts';
import { sendReply } from './sendReply.ts';
import type { Throttle } from './throttle.ts';

/**
 * The limits for clients. `connections`: at once, of all clients together; `headersMs`: until a request's headers are
 * complete; `restBytes` and `restMs`: how much of a refused request's body is read, since a client that is still
 * sending would otherwise miss the answer.
 */
export type ServerLimits = { connections: number; headersMs: number; restBytes: number; restMs: number };

export type ServerParts = {
  store: BucketStore;
  identity: Identity;
  faults: Faults;
  log: RequestLog;
  throttle: Throttle;
  limits: ServerLimits;
  /** Epoch milliseconds. */
  now: () => number;
  /** Called for internal errors of this server. */
  onInternalError: (error: unknown) => void;
};

/** The connection must be cut: no answer may be sent any more. */
class Cut extends Error {}

/** Answers one request. `expectsContinue`: the client waits for 100 Continue before it sends its body. */
export async function handleRequest(
  parts: ServerParts,
  http: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  if (http.url?.startsWith(PROOF_PATH)) return answerProof(parts.identity, http, response);
  const id = randomBytes(8).toString('hex').toUpperCase();
  const entry: LogEntry = { at: parts.now(), method: http.method ?? '', status: 0, bytesReceived: 0 };
  const socket = http.socket;
  try {
    const reply = await answer(parts, http, { id, entry, response, expectsContinue });
    entry.status = reply.status;
    await sendReply(response, reply, id);
  } catch (error) {
    if (error instanceof Cut || socket.destroyed || response.headersSent) cut(socket);
    else await refuse(parts, http, response, { id, entry, error });
  }
}

/** Proves to any client that this server holds the secret. Clients ask before they send anything else. */
function answerProof({ keys }: Identity, http: IncomingMessage, response: ServerResponse): void {
  const nonce = new URLSearchParams(http.url!.split('?')[1]).get('nonce') ?? '';
  const { localAddress: address, localPort: port } = http.socket;
  const canAnswer = http.method === 'GET' && NONCE.test(nonce) && address !== undefined && port !== undefined;
  if (canAnswer) response.writeHead(204, { [PROOF_HEADER]: keys.prove({ nonce, address, port }) });
  else response.writeHead(400, { 'content-length': '0' });
  response.end();
}

type Exchange = { id: string; entry: LogEntry; response: ServerResponse; expectsContinue: boolean };

async function answer(parts: ServerParts, http: IncomingMessage, exchange: Exchange): Promise<Reply> {
  const request = readRequest(http, exchange.id);
  const operation = readOperation(request);
  Object.assign(exchange.entry, describe(request, operation));
  // Anyone can send unsigned requests: they are not logged.
  if (isSigned(request)) parts.log.add(exchange.entry);
  const fault = parts.faults.take({ ...describe(request, operation), method: request.method });
  if (fault?.kind === 'delay') await wait(fault.delayMs);
  if (fault?.kind === 'hang') await closed(http);
  if (fault?.kind === 'status') return faultReply(fault, request);
  const signed = checkSignature(request, parts.identity, parts.now());
  const raw = readRaw(parts, http, exchange, fault?.kind === 'reset' ? (fault.afterBytes ?? 0) : undefined);
  const reply = await runOperation(operation, {
    request,
    store: parts.store,
    body: { raw, headers: request.headers, signed },
    region: parts.identity.region,
    now: parts.now(),
  });
  if (fault?.kind === 'loseReply' || fault?.kind === 'reset') throw new Cut();
  return reply;
}

function describe(request: S3Request, operation: Operation) {
  const partNumber = request.query.get('partNumber');
  return {
    operation,
    key: request.key,
    partNumber: partNumber ? Number(partNumber) : undefined,
    userAgent: request.headers['user-agent'],
  };
}

/**
 * The incoming body: counted, throttled, and cut if a fault says so. Sends 100 Continue only when the body is needed.
 */
async function* readRaw(
  parts: ServerParts,
  http: IncomingMessage,
  { entry, response, expectsContinue }: Exchange,
  cutAfterBytes: number | undefined,
): AsyncGenerator<Buffer> {
  if (expectsContinue) response.writeContinue();
  // A reader that stops early still has to answer, so the connection must stay open.
  for await (const chunk of http.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    entry.bytesReceived += bytes.length;
    if (cutAfterBytes !== undefined && entry.bytesReceived >= cutAfterBytes) throw new Cut();
    await parts.throttle.pass(bytes.length);
    yield bytes;
  }
}

function faultReply(fault: FaultAction & { kind: 'status' }, request: S3Request): Reply {
  const { status, headers = {} } = fault;
  if (fault.body !== undefined) return { status, headers, body: fault.body, bare: true };
  const code = fault.code ?? 'InternalError';
  const where = { resource: request.path, requestId: request.id, hostId: 'fault' };
  const body = errorXml({ code, message: fault.message ?? 'A scripted fault.' }, where);
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

async function refuse(
  parts: ServerParts,
  http: IncomingMessage,
  response: ServerResponse,
  { id, entry, error }: { id: string; entry: LogEntry; error: unknown },
): Promise<void> {
  if (!(error instanceof S3Error)) parts.onInternalError(error);
  const refusal = error instanceof S3Error ? error : new S3Error('InternalError');
  entry.status = refusal.status;
  entry.code = refusal.code;
  const where = { resource: (http.url ?? '').split('?')[0]!, requestId: id, hostId: 'local-bucket' };
  const region: Record<string, string> = refusal.extra.Region
    ? { 'x-amz-bucket-region': refusal.extra.Region }
    : {};
  const headers = { 'content-type': 'application/xml', ...region };
  if (!http.complete) readRest(http, parts.limits);
  await sendReply(response, { status: refusal.status, headers, body: errorXml(refusal, where) }, id);
}

/** Reads the rest of an unused body, within limits; then the connection is cut. */
function readRest(http: IncomingMessage, { restBytes, restMs }: ServerLimits): void {
  let bytes = 0;
  const timer = setTimeout(() => cut(http.socket), restMs);
  http.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > restBytes) cut(http.socket);
  });
  for (const end of ['end', 'close']) http.once(end, () => clearTimeout(timer));
}

function cut(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}

async function closed(http: IncomingMessage): Promise<never> {
  if (!http.socket.destroyed) await new Promise((resolve) => http.socket.once('close', resolve));
  throw new Cut();
}
