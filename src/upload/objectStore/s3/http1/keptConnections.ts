import type { Socket } from 'node:net';
import { exchange, type ExchangeOptions, type HttpRequest } from './exchange';
import type { HttpReply } from './readReply';

/** Idle time after which a connection is closed, before a server or a firewall drops it. */
export const KEPT_MS = 15_000;
/** Closes this much earlier than the server announced, because a request may already be in flight then. */
const SOONER_MS = 1000;

/** Idle connections to one server, kept for later requests. The last used one is reused first. */
export class KeptConnections {
  private readonly all = new Set<Socket>();
  private readonly idle: Socket[] = [];

  /** @param connect opens a connection, which may still be connecting */
  constructor(private readonly connect: () => Socket) {}

  /** Sends one request and reads its reply. @throws as `exchange`; `wasKept` of the error: the connection was reused */
  async send(request: HttpRequest, options: ExchangeOptions): Promise<HttpReply> {
    const kept = this.idle.pop();
    kept?.ref();
    const socket = kept ?? this.open();
    try {
      const reply = await exchange(socket, request, options);
      if (!socket.destroyed) this.keep(socket, reply.headers['keep-alive']);
      return reply;
    } catch (error) {
      throw Object.assign(error as Error, { wasKept: kept !== undefined });
    }
  }

  closeIdle(): void {
    for (const socket of this.idle.splice(0)) socket.destroy();
  }

  /** Closes all connections, idle or in use. */
  destroy(): void {
    for (const socket of this.all) socket.destroy();
  }

  private open(): Socket {
    const socket = this.connect();
    this.all.add(socket);
    const closeIfIdle = () => {
      if (this.idle.includes(socket)) socket.destroy();
    };
    // Unsolicited data belongs to no request.
    socket.on('data', closeIfIdle).on('end', closeIfIdle).on('timeout', closeIfIdle);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.all.delete(socket);
      this.forget(socket);
    });
    return socket;
  }

  /** @param hint the `Keep-Alive` header, for example `timeout=5, max=1000` */
  private keep(socket: Socket, hint = ''): void {
    const seconds = /\btimeout=(\d{1,6})/i.exec(hint)?.[1];
    const keptMs = seconds === undefined ? KEPT_MS : Math.min(KEPT_MS, Number(seconds) * 1000 - SOONER_MS);
    if (keptMs <= 0) return void socket.destroy();
    if (socket.timeout !== keptMs) socket.setTimeout(keptMs);
    // An idle connection must not keep the process alive.
    socket.unref();
    this.idle.push(socket);
  }

  private forget(socket: Socket): void {
    const at = this.idle.indexOf(socket);
    if (at >= 0) this.idle.splice(at, 1);
  }
}
