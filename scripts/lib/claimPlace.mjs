import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { privateFolder } from './privateFolder.mjs';

const VERSION = 1;

/**
 * The address at which the holder of a name listens. `id`: hex digits that identify the name.
 * @returns `holder()`: `{ id, address, pid? }` of the last one, dead or alive; `take(server, deadHolder)`: makes the
 *   server the holder's, and returns whether that succeeded
 */
export function claimPlace(id) {
  return process.platform === 'win32'
    ? new Pipe(id)
    : new SocketFolder(path.join(privateFolder(), id.slice(0, 12)));
}

/**
 * Holders are numbered folders, each with its socket, created by a rename that fails if the number is taken. The last
 * folder stays when its holder exits, so numbers only grow: of several processes that find the holder dead, one gets
 * the next number.
 */
class SocketFolder {
  #folder;

  constructor(folder) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  holder() {
    const last = this.#last();
    return last === 0 ? undefined : { id: last, address: this.#in(last, 's'), pid: this.#pidOf(last) };
  }

  async take(server, { id: dead = 0 } = {}) {
    const own = dead + 1;
    const made = `.${process.pid}-${randomBytes(4).toString('hex')}`;
    mkdirSync(this.#in(made), { mode: 0o700 });
    try {
      // It listens before it is visible: a socket that refuses connections belongs to a dead holder.
      await listen(server, this.#in(made, 's'));
      writeFileSync(this.#in(made, 'holder.json'), JSON.stringify({ version: VERSION, pid: process.pid }));
      renameSync(this.#in(made), this.#in(own));
    } catch (error) {
      this.#remove(made);
      if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
      throw error;
    }
    const isLast = this.#last() === own;
    // Too late: other holders came and went since the check, and removed this number.
    if (!isLast) this.#remove(own);
    else this.#tidyUp(own);
    return isLast;
  }

  #in(...names) {
    return path.join(this.#folder, ...names.map(String));
  }

  #numbers() {
    return readdirSync(this.#folder)
      .filter((name) => /^[1-9]\d{0,14}$/.test(name))
      .map(Number);
  }

  #last() {
    return this.#numbers().reduce((highest, number) => Math.max(highest, number), 0);
  }

  /** For messages only. */
  #pidOf(number) {
    try {
      const { version, pid } = JSON.parse(readFileSync(this.#in(number, 'holder.json'), 'utf8'));
      return version === VERSION && Number.isInteger(pid) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  #tidyUp(own) {
    const left = readdirSync(this.#folder).filter(
      (name) => /^\.\d+-/.test(name) && !isAlive(parseInt(name.slice(1))),
    );
    for (const name of [...this.#numbers().filter((number) => number < own), ...left]) this.#remove(name);
  }

  #remove(name) {
    // Ignores folders that another process is creating or removing.
    try {
      rmSync(this.#in(name), { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'ENOTEMPTY') throw error;
    }
  }
}

/**
 * Windows gives a pipe's name to one process only. Part of the name is secret, because other users could take it first.
 */
class Pipe {
  #address;

  constructor(id) {
    this.#address = `\\\\.\\pipe\\session-recorder-${id}-${userSecret()}`;
  }

  holder() {
    return { id: 1, address: this.#address };
  }

  async take(server) {
    try {
      await listen(server, this.#address);
      return true;
    } catch (error) {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return false;
      throw error;
    }
  }
}

/** Created once, in a folder that only this user can read. */
function userSecret() {
  const file = path.join(privateFolder(), 'pipe-secret');
  try {
    writeFileSync(file, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

function listen(server, address) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // A failed accept: the visitor then gets no answer and reports that.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}
