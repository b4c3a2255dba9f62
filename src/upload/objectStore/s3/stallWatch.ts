import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket, type CipherNameAndProtocol } from 'node:tls';
import { resetRequest } from './abortableAgent';

/** Milliseconds. `stallMs`: no byte either way on an open connection; `connectMs`: no connection at all. */
export type TransportTimeouts = { connectMs: number; stallMs: number };

/** `slowReply`: by which factor the reply may take longer than a stall before its pace counts. */
export type WatchOptions = { signal?: AbortSignal; slowReply?: number };

/** The watch over one request and its reply. */
export type ExchangeWatch = {
  /** To be told of the connection, which may still be connecting. */
  onSocket: (socket: Socket) => void;
  /** Takes the watch off the socket again, for the next request on it. */
  release: () => void;
  /** To be told how long the system took to take the body. */
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
 * Calls `end` when the connection does not come about, when nothing moves on it in either direction, or when the signal
 * aborts. There is no total timeout: a slow upload that still moves is a good upload.
 */
export function watchExchange(
  timeouts: TransportTimeouts,
  { signal, slowReply = 1 }: WatchOptions,
  end: (error: Error) => void,
): ExchangeWatch {
  let patienceMs = timeouts.stallMs;
  const fail = (code: string) => end(Object.assign(new Error(code), { code }));
  const connecting = setTimeout(() => fail('ConnectTimeout'), timeouts.connectMs);
  let stopStallWatch: (() => void) | undefined;
  const onConnected = (socket: Socket) => {
    clearTimeout(connecting);
    stopStallWatch ??= watchForStall(socket, {
      patienceMs: () => patienceMs,
      replyPatienceMs: () => patienceMs * slowReply,
      onStall: () => fail(isShakingHands(socket) ? 'HandshakeStalled' : 'Stalled'),
      onTrickle: () => fail('TrickledReply'),
    });
  };
  const onAbort = () => end(cancelled());
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    onSocket: (socket) => {
      if (!socket.connecting) onConnected(socket);
      else socket.once('connect', () => onConnected(socket));
    },
    release: () => {
      clearTimeout(connecting);
      stopStallWatch?.();
      signal?.removeEventListener('abort', onAbort);
    },
    bodyHandedOver: (tookMs) => {
      patienceMs = timeouts.stallMs + REMAINDER_PER_HANDED * Math.max(0, tookMs - QUICKLY_MS);
    },
  };
}

/** The error a call ends with when its own signal ended it. */
export function cancelled(): Error {
  return Object.assign(new Error('cancelled'), { name: 'AbortError' });
}

/**
 * Watches a request of node:http.
 * @returns beside the watch: `cause`, why it ended the request, if it did, as cutting the connection leaves node with a
 * vaguer error; `answered`, which takes the reply, whose reader is to learn the cause as well
 */
export function watchSocket(
  request: ClientRequest,
  timeouts: TransportTimeouts,
  options: WatchOptions = {},
): SocketWatch {
  let cause: Error | undefined;
  let reply: IncomingMessage | undefined;
  const end = (error: Error) => {
    cause ??= error;
    reply?.destroy(cause);
    resetRequest(request);
    request.destroy(error);
  };
  const watch = watchExchange(timeouts, options, end);
  request.once('socket', watch.onSocket);
  request.once('close', watch.release);
  return { ...watch, cause: () => cause, answered: (response) => void (reply = response) };
}

type SocketWatch = ExchangeWatch & {
  cause: () => Error | undefined;
  answered: (response: IncomingMessage) => void;
};

type StallWatch = {
  patienceMs: () => number;
  /** So long a reply may come as slowly as it likes. */
  replyPatienceMs: () => number;
  onStall: () => void;
  onTrickle: () => void;
};

/** A reply that comes more slowly than this once nothing goes up any more is given up. */
const LEAST_REPLY_BYTES_PER_MS = 1;

/**
 * Looks at the socket's counters rather than at its events: bytes queued in the socket and leaving it slowly make no
 * event, yet they are movement.
 */
function watchForStall(
  socket: Socket,
  { patienceMs, replyPatienceMs, onStall, onTrickle }: StallWatch,
): () => void {
  let seen = movement(socket);
  let stillForMs = 0;
  let goneUp = sentBytes(socket);
  let replyFrom = socket.bytesRead;
  let onlyDownMs = 0;
  const stepMs = Math.max(10, Math.floor(patienceMs() / 30));
  const timer = setInterval(() => {
    const now = movement(socket);
    stillForMs = now === seen ? stillForMs + stepMs : 0;
    seen = now;
    if (stillForMs >= patienceMs()) return onStall();
    const up = sentBytes(socket);
    if (up !== goneUp) {
      goneUp = up;
      replyFrom = socket.bytesRead;
      onlyDownMs = 0;
      return;
    }
    onlyDownMs += stepMs;
    const overMs = onlyDownMs - replyPatienceMs();
    const come = socket.bytesRead - replyFrom;
    if (come > 0 && overMs > 0 && come < overMs * LEAST_REPLY_BYTES_PER_MS) onTrickle();
  }, stepMs);
  return () => clearInterval(timer);
}

/** What has left for the system; what is still queued has not. */
function sentBytes(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
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
