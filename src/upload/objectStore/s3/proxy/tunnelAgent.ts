import type https from 'node:https';
import type { Duplex } from 'node:stream';
import { AbortableTlsAgent } from '../abortableAgent';
import { openTunnel } from './openTunnel';
import type { ProxyServer } from './proxyServer';

/** `tunnelSignal`: aborts when the request of a connection ends. `onTaken`: the proxy accepted the connection. */
export type TunnelledRequest = https.RequestOptions & { tunnelSignal?: AbortSignal; onTaken?: () => void };

/**
 * Reaches https servers through a proxy, over connections that can be reset. Node's own agents also support a proxy
 * from the environment, but they hide the TCP socket, so their connections can only be closed.
 */
export class TunnelAgent extends AbortableTlsAgent {
  private readonly toProxy: AbortableTlsAgent;

  constructor(
    private readonly proxy: ProxyServer,
    options: https.AgentOptions,
  ) {
    super(options);
    this.toProxy = new AbortableTlsAgent({ secureContext: options.secureContext });
  }

  override createConnection(
    options: TunnelledRequest,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const host = String(options.host);
    const target = `${host.includes(':') ? `[${host}]` : host}:${options.port ?? 443}`;
    const { proxy, toProxy: agent } = this;
    const opening = openTunnel({
      proxy,
      target,
      agent,
      signal: options.tunnelSignal,
      onTaken: options.onTaken,
    });
    opening
      .then((tunnel) => this.secureOver(tunnel, options))
      .then(
        (secure) => callback?.(null, secure),
        (error: Error) => callback?.(error, undefined as never),
      );
    return undefined;
  }

  override destroy(): void {
    super.destroy();
    this.toProxy.destroy();
  }
}
