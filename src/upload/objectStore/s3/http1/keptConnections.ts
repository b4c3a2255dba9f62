import type { Socket } from 'node:net';
import { exchange, type ExchangeOptions, type HttpRequest } from './exchange';
import type { HttpReply } from './readReply';

/** A connection is closed after so long without a request, before a server or a firewall forgets it. */
const KEPT_MS = 15_000;
/** So much sooner than the server says that it closes it: a request may be on its way then. */
const SOONER_MS = 1000;

/** Connections to one server, kept from one request to the next. The one that was used last is used first. */
export class KeptConnections {
  private readonly all = new Set<Socket>();
  private readonly idle: Socket[] = [];

  /** @param connect makes a connection, which may still be connecting */
  constructor(private readonly connect: () => Socket) {}

  /**
   * Sends one request and reads its reply.
   * @throws as `exchange`; `wasKept` of the error: the connection had carried another request
   */
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

  /** Closes idle connections and those in use. */
  destroy(): void {
    for (const socket of this.all) socket.destroy();
  }

  private open(): Socket {
    const socket = this.connect();
    this.all.add(socket);
    const closeIfIdle = () => {
      if (this.idle.includes(socket)) socket.destroy();
    };
    // What a server sends unasked belongs to no request.
    socket.on('data', closeIfIdle).on('end', closeIfIdle).on('timeout', closeIfIdle);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.all.delete(socket);
      this.forget(socket);
    });
    return socket;
  }

  /** @param hint the header `Keep-Alive`, for example `timeout=5, max=1000` */
  private keep(socket: Socket, hint = ''): void {
    const seconds = /\btimeout=(\d{1,6})/i.exec(hint)?.[1];
    const keptMs = seconds === undefined ? KEPT_MS : Math.min(KEPT_MS, Number(seconds) * 1000 - SOONER_MS);
    if (keptMs <= 0) return void socket.destroy();
    if (socket.timeout !== keptMs) socket.setTimeout(keptMs);
    // An idle connection keeps no program running.
    socket.unref();
    this.idle.push(socket);
  }

  private forget(socket: Socket): void {
    const at = this.idle.indexOf(socket);
    if (at >= 0) this.idle.splice(at, 1);
  }
}
