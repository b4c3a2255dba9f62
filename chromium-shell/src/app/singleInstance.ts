import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export type SecondInstance = { argv: string[]; cwd: string; data: unknown };

/** `startedAt` and `boot` distinguish a process from a later one with the same pid. `socket`: its absolute path. */
type Holder = { version: 1; pid: number; startedAt: string; boot: string; socket: string };

const VERSION = 1;
const FOLDER = 'ShellSingleton';
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_VISITORS = 16;
const PATIENCE_MS = 5000;

/**
 * One instance per user data folder. Holders are numbered folders in it, created by a rename that fails if the number
 * is taken. The last folder stays when its holder exits, so numbers only grow: of several processes that find the
 * holder dead, one gets the next number. As in Chromium, the socket is in a temporary folder that only this user can
 * enter.
 */
export class SingleInstance {
  #server: net.Server | undefined;
  /** Resolves when the first instance was notified of this one, or does not answer. */
  handedOver: Promise<void> = Promise.resolve();

  get isHeld(): boolean {
    return this.#server !== undefined;
  }

  /**
   * True for the first instance; otherwise notifies the first one.
   * @throws Error with a sentence when the data folder belongs to another user
   */
  request(userData: string, own: SecondInstance, onSecond: (second: SecondInstance) => void): boolean {
    if (this.#server) return true;
    const folder = path.join(userData, FOLDER);
    makePrivate(folder);
    for (;;) {
      const number = lastNumber(folder);
      const holder = readHolder(path.join(folder, String(number)));
      if (holder && isAlive(holder)) {
        this.handedOver = tell(holder.socket, own);
        return false;
      }
      this.#server = take(folder, number + 1, onSecond);
      if (this.#server) return true;
    }
  }

  release(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}

function makePrivate(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = fs.lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid!())
    throw new Error(`${folder} is not a folder of this user. Remove it, or choose another data folder.`);
  fs.chmodSync(folder, 0o700);
}

/** The server of the new holder; undefined if another process was faster. */
function take(
  folder: string,
  number: number,
  onSecond: (second: SecondInstance) => void,
): net.Server | undefined {
  const made = fs.mkdtempSync(path.join(folder, `.${process.pid}-`));
  const { server, socket } = listen(onSecond);
  const holder: Holder = { version: VERSION, pid: process.pid, ...lifeOf(process.pid)!, socket };
  fs.writeFileSync(path.join(made, 'holder.json'), JSON.stringify(holder));
  const isPlaced = place(made, path.join(folder, String(number)));
  // Other holders may have come and gone since the check, and have removed this number.
  if (isPlaced && lastNumber(folder) === number) {
    for (const name of fs.readdirSync(folder).filter((one) => isLeftOver(one, number)))
      remove(path.join(folder, name));
    return server;
  }
  server.close();
  remove(isPlaced ? path.join(folder, String(number)) : made);
  return undefined;
}

/** An earlier holder, or the partial folder of a killed process. */
function isLeftOver(name: string, number: number): boolean {
  const begun = /^\.(\d+)-/.exec(name)?.[1];
  return begun === undefined ? Number(name) < number : lifeOf(Number(begun)) === undefined;
}

function place(made: string, target: string): boolean {
  try {
    fs.renameSync(made, target);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

function remove(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another process is creating or removing it; the next holder cleans up again.
  }
}

function lastNumber(folder: string): number {
  return fs
    .readdirSync(folder)
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .reduce((highest, name) => Math.max(highest, Number(name)), 0);
}

/** Undefined if there is none or a power loss truncated it: in both cases no holder is alive. */
function readHolder(folder: string): Holder | undefined {
  try {
    const found = JSON.parse(fs.readFileSync(path.join(folder, 'holder.json'), 'utf8')) as Holder;
    return found.version === VERSION && Number.isInteger(found.pid) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, startedAt, boot }: Holder): boolean {
  const life = lifeOf(pid);
  return life?.startedAt === startedAt && life.boot === boot;
}

/** The start time of a process, in ticks since boot; undefined if it has exited. Source: proc_pid_stat(5). */
function lifeOf(pid: number): Pick<Holder, 'startedAt' | 'boot'> | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may contain spaces.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { startedAt: fields[18]!, boot };
  } catch {
    return undefined;
  }
}

function listen(onSecond: (second: SecondInstance) => void): { server: net.Server; socket: string } {
  // The path of a socket may have 107 bytes.
  const temporary = os.tmpdir().length < 70 ? os.tmpdir() : '/tmp';
  const folder = fs.mkdtempSync(path.join(temporary, 'chromium-shell-'));
  const socket = path.join(folder, randomBytes(4).toString('hex'));
  const server = net.createServer({ allowHalfOpen: true }, (visitor) => receive(visitor, onSecond));
  const tidyUp = () => remove(folder);
  process.once('exit', tidyUp);
  server.once('close', () => {
    process.off('exit', tidyUp);
    tidyUp();
  });
  server.maxConnections = MAX_VISITORS;
  // A failed accept: the visitor then reports that no one answered.
  server.on('error', () => undefined);
  // Node binds local sockets during the call.
  server.listen({ path: socket });
  server.unref();
  return { server, socket };
}

/** The input is untrusted: only a complete, valid message counts, and no input ends the app. */
function receive(visitor: net.Socket, onSecond: (second: SecondInstance) => void): void {
  let text = '';
  visitor.setTimeout(PATIENCE_MS, () => visitor.destroy());
  visitor.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.length > MAX_MESSAGE_BYTES) visitor.destroy();
  });
  visitor.on('end', () => {
    visitor.end();
    const second = readMessage(text);
    if (second) onSecond(second);
  });
  visitor.on('error', () => visitor.destroy()); // a second instance that was killed in between has no message
}

function readMessage(text: string): SecondInstance | undefined {
  try {
    const { version, argv, cwd, data } = JSON.parse(text) as SecondInstance & { version: unknown };
    const isRight =
      version === VERSION &&
      Array.isArray(argv) &&
      argv.every((one) => typeof one === 'string') &&
      typeof cwd === 'string';
    return isRight ? { argv, cwd, data } : undefined;
  } catch {
    return undefined;
  }
}

function tell(address: string, own: SecondInstance): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: address }, () =>
      socket.end(JSON.stringify({ version: VERSION, ...own })),
    );
    socket.setTimeout(PATIENCE_MS, () => {
      process.stderr.write('The instance that runs already does not answer.\n');
      socket.destroy();
    });
    socket.on('close', () => resolve());
    socket.on('error', () => resolve()); // the first instance has just exited
    socket.resume();
  });
}
