import { readFile } from 'node:fs/promises';

/**
 * What Linux has taken from processes, living or not, for connections to `port` of this machine and has not delivered.
 * Source: proc_net_tcp.txt of the kernel; all numbers there are hexadecimal.
 */
export async function bytesStillToSend(port: number): Promise<number> {
  const [, ...rows] = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n');
  const queued = rows.map((row) => {
    const [, , remote = '', , queues = ''] = row.trim().split(/\s+/);
    return parseInt(remote.split(':')[1]!, 16) === port ? parseInt(queues.split(':')[0]!, 16) : 0;
  });
  return queued.reduce((sum, bytes) => sum + bytes, 0);
}
