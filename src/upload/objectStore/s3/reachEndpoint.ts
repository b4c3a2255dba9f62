import net from 'node:net';
import { bareHost } from '../../../lib/bareHost';
import { AbortableTlsAgent } from './abortableAgent';
import { openTunnel } from './proxy/openTunnel';
import { trusting } from './certificateAuthorities';
import { proxyFor, type Environment, type ProxyServer } from './proxy/proxyServer';

const PATIENCE_MS = 3000;

/**
 * Whether an endpoint, or Amazon S3 in a region, accepts connections. Sends nothing except a CONNECT if the environment
 * names a proxy.
 * @param ca PEM text of certificate authorities to trust in addition to the system's, for a proxy that speaks TLS
 */
export async function reachEndpoint(
  destination: { endpoint?: string; region: string },
  env: Environment = {},
  ca?: string,
): Promise<boolean> {
  const url = endpointUrl(destination);
  const hostname = bareHost(url.hostname);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const proxy = proxyFor({ protocol: url.protocol, hostname, port }, env);
  if (proxy && url.protocol === 'https:') return reachThrough(proxy, `${url.hostname}:${port}`, ca);
  return connects(proxy ?? { hostname, port });
}

/** The URL of a destination; for Amazon S3, the region's own host. */
export function endpointUrl({ endpoint, region }: { endpoint?: string; region: string }): URL {
  const amazon = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(endpoint ?? `https://s3.${region}.${amazon}`);
}

function connects({ hostname, port }: { hostname: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port });
    const answer = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(PATIENCE_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    // The upload itself will report why.
    socket.once('error', () => answer(false));
  });
}

async function reachThrough(proxy: ProxyServer, target: string, ca?: string): Promise<boolean> {
  const agent = new AbortableTlsAgent({ secureContext: trusting(ca) });
  try {
    const tunnel = await openTunnel({ proxy, target, agent, signal: AbortSignal.timeout(PATIENCE_MS) });
    tunnel.destroy();
    return true;
  } catch {
    // The upload itself will report why.
    return false;
  } finally {
    agent.destroy();
  }
}
