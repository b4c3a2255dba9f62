import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { resetRequest } from '../abortableAgent';
import { proxyNotReached, refusedByProxy } from './proxyFailure';
import { addressOf, type ProxyServer } from './proxyServer';

export type TunnelOptions = {
  proxy: ProxyServer;
  /** `host:port` */
  target: string;
  /** Used to reach the proxy if it speaks TLS. */
  agent: https.Agent;
  /** Aborts until the tunnel is open. */
  signal?: AbortSignal;
  /** Called when the proxy accepted the connection. */
  onTaken?: () => void;
};

/** Asks a proxy to open a connection to `target` (CONNECT, RFC 9110 §9.3.6). @throws ProxyFailure */
export function openTunnel({ proxy, target, agent, signal, onTaken }: TunnelOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { Host: target, 'Proxy-Connection': 'keep-alive' };
    if (proxy.authorization) headers['Proxy-Authorization'] = proxy.authorization;
    const request = (proxy.secure ? https : http).request({
      ...{ method: 'CONNECT', ...addressOf(proxy), path: target, headers },
      agent: proxy.secure ? agent : false,
    });
    const cut = () => {
      resetRequest(request);
      request.destroy(new Error('given up'));
    };
    const settled = () => signal?.removeEventListener('abort', cut);
    request.once('socket', (socket) => socket.once('connect', () => onTaken?.()));
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      settled();
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      } else {
        socket.destroy();
        reject(refusedByProxy(proxy, statusCode));
      }
    });
    request.on('error', (error) => {
      settled();
      reject(proxyNotReached(proxy, error));
    });
    signal?.addEventListener('abort', cut, { once: true });
    request.end();
  });
}
