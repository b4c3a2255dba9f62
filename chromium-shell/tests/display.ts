import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export type PrivateDisplay = { name: string; stop(): Promise<void> };

/** The test's own Xvfb on a free display; never the user's desktop. */
export async function startDisplay(width = 1280, height = 800): Promise<PrivateDisplay> {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await readLine(server);
  return {
    name: `:${number}`,
    async stop() {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
    },
  };
}

async function readLine(server: ChildProcess): Promise<string> {
  const failed = once(server, 'exit').then(() => {
    throw new Error('Xvfb did not start');
  });
  const [line] = (await Promise.race([once(server.stdio[3]!, 'data'), failed])) as [Buffer];
  failed.catch(() => undefined); // from here on, its exit is intended
  return line.toString().trim();
}
