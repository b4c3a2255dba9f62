import type { ClientRequest } from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';

/** The connection below each TLS socket: TLS itself can only be closed, not cut. */
const carriers = new WeakMap<Duplex, Socket>();

/** An agent whose connections can be cut. It trusts no other certificates, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
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

  /** TLS to the server of the request over a connection that stands already. */
  protected secureOver(socket: Socket, options: https.RequestOptions): Duplex {
    const secure = super.createConnection({ ...options, socket } as https.RequestOptions)!;
    carriers.set(secure, carriers.get(socket) ?? socket);
    return secure;
  }
}

/** A connection with TLS to one server, which can be cut. `session` is one that an earlier connection was given. */
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
 * Drops what the system has taken and not sent yet, by a reset. Closing would let it send all of that first, which takes
 * minutes on a slow link.
 */
export function resetConnection(socket: Socket): void {
  const carrier = carriers.get(socket) ?? socket;
  if (!carrier.destroyed && !carrier.connecting) carrier.resetAndDestroy();
}

/** Requests whose connection is still being made by somebody else, and how to stop that. */
const underWay = new WeakMap<ClientRequest, () => void>();

/** Until such a request has its socket, destroying it has no effect but through `stop`. */
export function trackPending(request: ClientRequest, stop: () => void): void {
  underWay.set(request, stop);
}

/** Cuts the connection that a request has, or that is being made for it. */
export function resetRequest(request: ClientRequest): void {
  if (request.socket) resetConnection(request.socket);
  else underWay.get(request)?.();
}
