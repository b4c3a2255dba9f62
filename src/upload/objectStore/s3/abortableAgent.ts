import type { ClientRequest } from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';

/** The TCP socket of each TLS socket, because Node can reset only a TCP socket. */
const carriers = new WeakMap<Duplex, Socket>();

/** An agent whose connections can be reset. It always verifies certificates, ignoring NODE_TLS_REJECT_UNAUTHORIZED. */
export class AbortableTlsAgent extends https.Agent {
  constructor(options: https.AgentOptions = {}) {
    super({ ...options, rejectUnauthorized: true });
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const carrier = net.connect(options as net.TcpNetConnectOpts);
    const secure = super.createConnection({ ...options, socket: carrier } as https.RequestOptions, callback);
    if (secure) carriers.set(secure, carrier);
    return secure;
  }

  /** Starts TLS with the server of the request over an existing connection. */
  protected secureOver(socket: Socket, options: https.RequestOptions): Duplex {
    const secure = super.createConnection({ ...options, socket } as https.RequestOptions)!;
    carriers.set(secure, carriers.get(socket) ?? socket);
    return secure;
  }
}

/** Opens a TLS connection that can be reset. `session` is the TLS session of an earlier connection. */
export function connectSecurely(
  { host, port }: { host: string; port: number },
  { secureContext, session }: Pick<ConnectionOptions, 'secureContext' | 'session'>,
): TLSSocket {
  const carrier = net.connect({ host, port, noDelay: true, keepAlive: true });
  const servername = net.isIP(host) ? '' : host;
  const secure = tls.connect({
    ...{ socket: carrier, host, servername, secureContext, session },
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  });
  carriers.set(secure, carrier);
  return secure;
}

/**
 * Resets a connection, which drops the data in the system's send buffer. Closing it would first send all of that, which
 * takes minutes on a slow link.
 */
export function resetConnection(socket: Socket): void {
  const carrier = carriers.get(socket) ?? socket;
  if (!carrier.destroyed && !carrier.connecting) carrier.resetAndDestroy();
}

/** Requests whose connection is still being made, and how to stop that. */
const underWay = new WeakMap<ClientRequest, () => void>();

/** Until such a request has its socket, it can only be stopped by `stop`. */
export function trackPending(request: ClientRequest, stop: () => void): void {
  underWay.set(request, stop);
}

/** Resets the connection of a request, or stops the attempt to connect. */
export function resetRequest(request: ClientRequest): void {
  if (request.socket) resetConnection(request.socket);
  else underWay.get(request)?.();
}
