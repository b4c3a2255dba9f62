import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Timeout for callers without one of their own; requests have their own. */
const PROOF_MS = 5000;
/** Far more than an honest server's reply. */
const MAX_ANSWER_BYTES = 4096;
const ANSWER = /^HTTP\/1\.1 204 [^]*\r\nx-local-bucket-proof: ([0-9a-f]{64})\r\n[^]*\r\n\r\n$/i;

/** Another program listens at the local bucket's address. */
export class ServerNotProven extends Error {
  readonly code = 'ServerNotProven';
}

/** `proofSignal` aborts when the request of a connection ends. */
export type ProvenRequest = http.RequestOptions & { proofSignal?: AbortSignal };

/**
 * Connections to a local bucket. Its address is a port of this computer, which another program may take after the
 * bucket has ended. Therefore the server proves on each new connection that it holds the secret, before anything is
 * sent.
 */
export class ProvenAgent extends http.Agent {
  constructor(
    private readonly secret: string,
    options: http.AgentOptions = { keepAlive: true },
  ) {
    super(options);
  }

  override createConnection(
    options: ProvenRequest,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    connectProven(
      { host: String(options.host), port: Number(options.port) },
      this.secret,
      options.proofSignal,
    ).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  }
}

/**
 * @returns a connection on which only the challenge was sent
 * @throws ServerNotProven, or the system's error if the connection fails
 */
export function connectProven(
  place: { host: string; port: number },
  secret: string,
  signal: AbortSignal = AbortSignal.timeout(PROOF_MS),
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const nonce = randomBytes(32).toString('hex');
    const socket = net.connect(place);
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(new ServerNotProven('no answer'));
    const onEnd = () => fail(new ServerNotProven('it hung up'));
    let answer = '';
    const onData = (part: Buffer) => {
      answer += part.toString('latin1');
      if (answer.length > MAX_ANSWER_BYTES) return fail(new ServerNotProven('an endless answer'));
      if (!answer.includes('\r\n\r\n')) return;
      if (!isProof(answer, secret, { nonce, socket })) return fail(new ServerNotProven('a wrong answer'));
      settle();
      resolve(socket);
    };
    const settle = () => {
      signal?.removeEventListener('abort', onAbort);
      socket.off('data', onData).off('end', onEnd).off('error', fail);
    };
    socket.on('data', onData).on('end', onEnd).on('error', fail);
    socket.once('connect', () =>
      socket.write(
        `GET /.local-bucket/proof?nonce=${nonce} HTTP/1.1\r\nHost: ${place.host}:${place.port}\r\n\r\n`,
      ),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

/** Same computation as the server's (local-bucket/auth/proof.mjs). */
function isProof(
  answer: string,
  secret: string,
  { nonce, socket }: { nonce: string; socket: Socket },
): boolean {
  const given = ANSWER.exec(answer)?.[1];
  if (given === undefined) return false;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  const wanted = createHmac('sha256', `local-bucket-proof-v1${secret}`)
    .update(`${address}\n${socket.remotePort}\n${nonce}`)
    .digest('hex');
  return timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}
