import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * Takes a name that one process at a time can hold, by a socket: the system gives it to one only, and frees it with its
 * holder, even on kill -9.
 * @param answer what the holder says to whoever wants the name too; without it they wait until it is free
 * @param onTaken told once, when somebody else has it
 * @returns `{ release }` of the new holder, or `{ said }`: what the present one answered
 */
export async function claim(name, { answer, onTaken } = {}) {
  const address = addressOf(name);
  for (let tries = 0; ; tries++) {
    const release = await hold(address, answer);
    if (release) return { release };
    if (tries === 0) onTaken?.();
    const said = await ask(address);
    if (said) return { said };
  }
}

/** Runs `work` while no other process of this user runs something under the same name. */
export async function oneAtATime(name, onTaken, work) {
  const { release } = await claim(name, { onTaken });
  try {
    return await work();
  } finally {
    release();
  }
}

function addressOf(name) {
  const id = createHash('sha256').update(`${os.userInfo().username}\0${name}`).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\session-recorder-${id}`;
  // Linux has sockets without a file.
  return process.platform === 'linux'
    ? `\0session-recorder-${id}`
    : path.join(os.tmpdir(), `session-recorder-${id}`);
}

/** Resolves to the way to let go; to undefined where somebody else has the address. */
function hold(address, answer) {
  const visitors = new Set();
  const server = net.createServer((socket) => {
    visitors.add(socket);
    // One that left without waiting for its answer has nothing to be told.
    socket.on('error', () => socket.destroy()).on('close', () => visitors.delete(socket));
    if (answer) void Promise.resolve(answer()).then((words) => socket.end(words));
  });
  const release = () => {
    server.close();
    for (const socket of visitors) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(address, () => {
      server.unref();
      resolve(release);
    });
  });
}

/** What the holder says; empty when it let go instead. */
async function ask(address) {
  const socket = net.connect(address);
  try {
    return await text(socket);
  } catch (error) {
    // Where sockets are files, one that nobody listens to is left of a holder that was killed.
    if (error.code === 'ECONNREFUSED' && path.isAbsolute(address)) rmSync(address, { force: true });
    return '';
  }
}
