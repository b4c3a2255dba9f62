import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket, type CipherNameAndProtocol } from 'node:tls';
import { resetRequest } from './abortableAgent';

/** Milliseconds. `stallMs`: no byte in either direction on an open connection; `connectMs`: no connection. */
export type TransportTimeouts = { connectMs: number; stallMs: number };

/** `slowReply`: how many stall timeouts a reply may take before its speed is checked. */
export type WatchOptions = { signal?: AbortSignal; slowReply?: number };

/** The watch over one request and its reply. */
export type ExchangeWatch = {
  /** Call with the connection, which may still be connecting. */
  onSocket: (socket: Socket) => void;
  /** Stops watching the socket, so that the next request can use it. */
  release: () => void;
  /** Call with the time that the system took to accept the body. */
  bodyHandedOver: (tookMs: number) => void;
};

/**
 * The system buffers several hundred kilobytes more than the link has sent, and the buffer cannot be inspected. Data
 * that it accepted slowly, it also sends slowly. Measured at 64 kbit/s: accepted in 21 s, delivered 42 s later.
 */
const REMAINDER_PER_HANDED = 3;
/** A shorter time is no sign of a slow link, and waiting longer would only hide a dead one. */
const QUICKLY_MS = 1000;

/**
 * Calls `end` if the connection fails to open, if no bytes move in either direction, or if the signal aborts. There is
 * no total timeout: a slow upload that makes progress is fine.
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

/** The error of a call that its own signal ended. */
export function cancelled(): Error {
  return Object.assign(new Error('cancelled'), { name: 'AbortError' });
}

/**
 * Watches a request of node:http.
 * @returns also `cause`, why the watch ended the request, because Node reports a vaguer error for a reset connection;
 * and `answered`, which takes the reply, so that its reader gets the cause as well
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
  /** Time during which a reply may be arbitrarily slow. */
  replyPatienceMs: () => number;
  onStall: () => void;
  onTrickle: () => void;
};

/** A slower reply is given up once nothing is being sent any more. */
const LEAST_REPLY_BYTES_PER_MS = 1;

/**
 * Polls the socket's counters instead of using its events: slowly draining queued bytes emit no event, but are
 * progress.
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

/** Bytes that the system accepted, without those still queued. */
function sentBytes(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}

/** Whether the TLS handshake is still in progress: then the peer has not answered at all. */
function isShakingHands(socket: Socket): boolean {
  return (
    socket instanceof TLSSocket && (socket.getCipher() as CipherNameAndProtocol | undefined) === undefined
  );
}

/** `bytesWritten` includes queued bytes, which have not moved yet. */
function movement(socket: Socket): string {
  return `${socket.bytesRead}/${socket.bytesWritten}/${socket.writableLength}`;
}
