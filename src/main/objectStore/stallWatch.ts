import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket, type CipherNameAndProtocol } from 'node:tls';
import { cutRequest } from './cutConnection';

/** Milliseconds. `stallMs`: no byte either way on an open connection; `connectMs`: no connection at all. */
export type WireTimeouts = { connectMs: number; stallMs: number };

export type SocketWatch = {
  release: () => void;
  cause: () => Error | undefined;
  bodyHandedOver: (tookMs: number) => void;
};

/**
 * The system takes more than the link does at that time, several hundred kilobytes of it, and nobody can look into what
 * it holds: what it took slowly it delivers slowly. Measured on a link of 64 kbit/s: taken in 21 s, delivered after 42 s
 * more.
 */
const REMAINDER_PER_HANDED = 3;
/** What was taken in less is no sign of a slow link, and patience would only hide a dead one. */
const QUICKLY_MS = 1000;

/**
 * Ends a request whose connection does not come about, or on which nothing moves in either direction, or whose signal
 * aborts. There is no total timeout: a slow upload that still moves is a good upload.
 * @returns `release` takes the watch off the socket again, for the next request on it; `cause` is why it ended the
 * request, if it did: cutting the connection leaves node with a vaguer error; `bodyHandedOver` is to be told how long the
 * system took to take the body.
 */
export function watchSocket(
  request: ClientRequest,
  timeouts: WireTimeouts,
  signal: AbortSignal | undefined,
): SocketWatch {
  let patienceMs = timeouts.stallMs;
  let cause: Error | undefined;
  const end = (error: Error) => {
    cause ??= error;
    cutRequest(request);
    request.destroy(error);
  };
  const fail = (code: string) => end(Object.assign(new Error(code), { code }));
  const connecting = setTimeout(() => fail('ConnectTimeout'), timeouts.connectMs);
  let stopStallWatch: (() => void) | undefined;
  const onConnected = (socket: Socket) => {
    clearTimeout(connecting);
    stopStallWatch ??= watchForStall(
      socket,
      () => patienceMs,
      () => fail(isShakingHands(socket) ? 'HandshakeStalled' : 'Stalled'),
    );
  };
  request.once('socket', (socket) => {
    if (!socket.connecting) onConnected(socket);
    else socket.once('connect', () => onConnected(socket));
  });
  const onAbort = () => end(Object.assign(new Error('cancelled'), { name: 'AbortError' }));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const release = () => {
    clearTimeout(connecting);
    stopStallWatch?.();
    signal?.removeEventListener('abort', onAbort);
  };
  request.once('close', release);
  const bodyHandedOver = (tookMs: number) => {
    patienceMs = timeouts.stallMs + REMAINDER_PER_HANDED * Math.max(0, tookMs - QUICKLY_MS);
  };
  return { release, cause: () => cause, bodyHandedOver };
}

/**
 * Looks at the socket's counters rather than at its events: bytes queued in the socket and leaving it slowly make no
 * event, yet they are movement.
 */
function watchForStall(socket: Socket, patienceMs: () => number, onStall: () => void): () => void {
  let seen = movement(socket);
  let stillForMs = 0;
  const stepMs = Math.max(10, Math.floor(patienceMs() / 30));
  const timer = setInterval(() => {
    const now = movement(socket);
    stillForMs = now === seen ? stillForMs + stepMs : 0;
    seen = now;
    if (stillForMs >= patienceMs()) onStall();
  }, stepMs);
  return () => clearInterval(timer);
}

/** Whether TLS does not stand yet: then whoever took the connection has answered nothing at all. */
function isShakingHands(socket: Socket): boolean {
  return (
    socket instanceof TLSSocket && (socket.getCipher() as CipherNameAndProtocol | undefined) === undefined
  );
}

/** `bytesWritten` counts what was queued; what is still queued has not moved yet. */
function movement(socket: Socket): string {
  return `${socket.bytesRead}/${socket.bytesWritten}/${socket.writableLength}`;
}
