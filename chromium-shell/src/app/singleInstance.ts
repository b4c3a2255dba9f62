import { createHash } from 'node:crypto';
import net from 'node:net';

export type SecondInstance = { argv: string[]; cwd: string; data: unknown };

/**
 * One instance per user data folder, by an abstract socket: the kernel binds it at once or not at all, and frees it
 * with the process, even on kill -9.
 */
export class SingleInstance {
  #server: net.Server | undefined;
  /** Resolves when a first instance has been told about this one. */
  handedOver: Promise<void> = Promise.resolve();

  get isHeld(): boolean {
    return this.#server !== undefined;
  }

  /** True when this is the first; else the first is told. */
  request(userData: string, own: SecondInstance, onSecond: (second: SecondInstance) => void): boolean {
    if (this.#server) return true;
    const address = `\0chromium-shell-${createHash('sha256').update(userData).digest('hex')}`;
    const server = net.createServer({ allowHalfOpen: true }, (socket) => receive(socket, onSecond));
    server.on('error', () => undefined); // that the address is taken is known below already
    server.listen({ path: address });
    // Node binds local sockets within the call.
    if (server.listening) {
      server.unref();
      this.#server = server;
      return true;
    }
    this.handedOver = tell(address, own);
    return false;
  }

  release(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}

function receive(socket: net.Socket, onSecond: (second: SecondInstance) => void): void {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.on('end', () => {
    socket.end();
    onSecond(JSON.parse(text) as SecondInstance);
  });
  socket.on('error', () => socket.destroy()); // a second instance that was killed half-way has nothing to say
}

function tell(address: string, own: SecondInstance): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: address }, () => socket.end(JSON.stringify(own)));
    socket.on('close', () => resolve());
    socket.on('error', () => resolve()); // the first one left in this very moment; nobody is there to tell
    socket.resume();
  });
}
