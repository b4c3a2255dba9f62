import type { Socket } from 'node:net';
import type { RateLimiter } from '../../objectStore';
import { resetConnection } from '../abortableAgent';
import { writeInSlices } from '../sendBody';
import { cancelled, watchExchange, type TransportTimeouts } from '../stallWatch';
import { readReply, type HttpReply } from './readReply';

/** `head` ends with the empty line. */
export type HttpRequest = { head: string; body: Buffer };

export type ExchangeOptions = {
  timeouts: TransportTimeouts;
  rateLimit?: RateLimiter;
  signal?: AbortSignal;
  onBytesSent?: (bytes: number) => void;
};

/**
 * Sends one request over a connection, which may still be connecting, and reads the reply. Destroys the connection
 * after a failure, or after a reply that makes it unusable.
 * @throws MalformedReply, the system's error, or that of the watch (`ConnectTimeout`, `HandshakeStalled`, `Stalled`,
 * `TrickledReply`, an `AbortError`). `isUnanswered` of the error: no byte of a reply arrived
 */
export function exchange(
  socket: Socket,
  { head, body }: HttpRequest,
  { timeouts, rateLimit, signal, onBytesSent }: ExchangeOptions,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    let isSent = false;
    let isOver = false;
    // A success that came before the whole body was sent.
    let early: HttpReply | undefined;
    if (signal?.aborted) {
      socket.destroy();
      return reject(cancelled());
    }
    let callOff = () => {};
    const settle = () => {
      isOver = true;
      watch.release();
      callOff();
      reading.stop();
    };
    const fail = (error: Error) => {
      settle();
      socket.once('error', () => {});
      socket.destroy(error);
      reject(Object.assign(error, { isUnanswered: !reading.hasBegun() }));
    };
    const cut = (error: Error) => {
      resetConnection(socket);
      fail(error);
    };
    const finish = (reply: HttpReply) => {
      settle();
      // Refused before the whole body was sent: the server still expects the rest.
      if (!isSent || !reply.keepsConnection) socket.destroy();
      resolve(reply);
    };
    const onReply = (reply: HttpReply) => {
      if (reply.statusCode < 300 && !isSent) early = reply;
      else finish(reply);
    };
    const watch = watchExchange(timeouts, { signal }, cut);
    const reading = receiveReply(socket, onReply, fail);
    watch.onSocket(socket);
    socket.cork();
    socket.write(head, 'latin1');
    const onHandedOver = (tookMs: number) => {
      if (isOver) return;
      isSent = true;
      watch.bodyHandedOver(tookMs);
      if (early) finish(early);
    };
    // TLS reports sent bytes late, even after a failure, and the repeat counts them again.
    const onSlice = (bytes: number) => void (isOver || onBytesSent?.(bytes));
    callOff = writeInSlices(socket, body, { rateLimit, onBytesSent: onSlice, onHandedOver });
    socket.uncork();
  });
}

/** @returns `stop` removes the listeners; `hasBegun`: a byte has arrived */
function receiveReply(
  socket: Socket,
  onReply: (reply: HttpReply) => void,
  onFailure: (error: Error) => void,
): { stop: () => void; hasBegun: () => boolean } {
  let received: Buffer | undefined;
  let reply: HttpReply | undefined;
  const read = (hasEnded: boolean) => {
    try {
      reply = readReply(received!, hasEnded);
    } catch (error) {
      return onFailure(error as Error);
    }
    if (reply) onReply(reply);
  };
  const hangUp = () =>
    onFailure(Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' }));
  const onData = (bytes: Buffer) => {
    // Data after a reply belongs to no request.
    if (reply) return void (reply.keepsConnection = false);
    received = received ? Buffer.concat([received, bytes]) : bytes;
    read(false);
  };
  const onEnd = () => {
    if (reply) reply.keepsConnection = false;
    else if (received) read(true);
    else hangUp();
  };
  socket.on('data', onData).on('end', onEnd).on('error', onFailure).on('close', hangUp);
  const stop = () => {
    socket.off('data', onData).off('end', onEnd).off('error', onFailure).off('close', hangUp);
  };
  return { stop, hasBegun: () => received !== undefined };
}
