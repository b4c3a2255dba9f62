import net from 'node:net';

const PATIENCE_MS = 3000;

/** Whether anybody takes connections at an endpoint, or at Amazon S3 in a region. Sends nothing. */
export function reachEndpoint({ endpoint, region }: { endpoint?: string; region: string }): Promise<boolean> {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return new Promise((resolve) => {
    const socket = net.connect({ host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port });
    const answer = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(PATIENCE_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    // Whatever kept it from connecting: the upload's own attempt will say.
    socket.once('error', () => answer(false));
  });
}
