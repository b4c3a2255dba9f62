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
    let received: Buffer | undefined;
    let isSent = false;
    if (signal?.aborted) {
      socket.destroy();
      return reject(cancelled());
    }
    let callOff = () => {};
    const settle = () => {
      watch.release();
      callOff();
      socket.off('data', onData).off('end', onEnd).off('error', fail).off('close', onClose);
    };
    const fail = (error: Error) => {
      settle();
      socket.once('error', () => {});
      socket.destroy();
      reject(Object.assign(error, { isUnanswered: received === undefined }));
    };
    const cut = (error: Error) => {
      resetConnection(socket);
      fail(error);
    };
    const read = (hasEnded: boolean) => {
      try {
        const reply = readReply(received!, hasEnded);
        if (!reply) return;
        settle();
        // Refused before the whole body was sent: the server still expects the rest.
        if (!isSent || !reply.keepsConnection) socket.destroy();
        resolve(reply);
      } catch (error) {
        fail(error as Error);
      }
    };
    const onData = (bytes: Buffer) => {
      received = received ? Buffer.concat([received, bytes]) : bytes;
      read(false);
    };
    const hangUp = () => fail(Object.assign(new Error('the server closed the connection'), HUNG_UP));
    const onEnd = () => (received ? read(true) : hangUp());
    const onClose = () => hangUp();
    const watch = watchExchange(timeouts, { signal }, cut);
    socket.on('data', onData).on('end', onEnd).on('error', fail).on('close', onClose);
    watch.onSocket(socket);
    socket.cork();
    socket.write(head, 'latin1');
    const onHandedOver = (tookMs: number) => {
      isSent = true;
      watch.bodyHandedOver(tookMs);
    };
    callOff = writeInSlices(socket, body, { rateLimit, onBytesSent, onHandedOver });
    socket.uncork();
  });
}

const HUNG_UP = { code: 'ECONNRESET' };
