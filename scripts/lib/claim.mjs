import { createHash } from 'node:crypto';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { claimPlace } from './claimPlace.mjs';
import { printable } from './printable.mjs';

/** How long a holder may take to answer: it may start the app a second time to show the window. */
const ANSWER_MS = 60_000;
/** How long to wait for a holder to finish: preparing a clone takes minutes. */
const END_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 2000;
/** Shorter waits are not reported. */
const TELL_AFTER_MS = 1000;
const MAX_REPLY_BYTES = 4096;
const MAX_VISITORS = 64;
const VERSION = 1;
/** The connection errors when no process listens any more. */
const NOBODY = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'ENOTDIR'];

/**
 * Claims a name that one process of this user at a time can hold. The holder listens on a socket that no other user can
 * reach; the system closes it with the holder, even on kill -9.
 * @param answer the holder's answer to others that claim the name; without it they wait until it is free
 * @param onTaken called once if another process holds the name
 * @param patienceMs how long to wait for one holder
 * @returns `{ release }` for the new holder, or `{ said }`: the present holder's answer, without control characters
 * @throws Error with a sentence when the holder does not answer, or answers invalidly
 */
export async function claim(name, { answer, onTaken, patienceMs = answer ? ANSWER_MS : END_MS } = {}) {
  const place = claimPlace(createHash('sha256').update(name).digest('hex'));
  const wish = new Patience(patienceMs);
  let tell = () => {
    tell = () => undefined;
    onTaken?.();
  };
  for (;;) {
    const holder = place.holder();
    const reply = holder ? await ask(holder.address, wish.leftFor(holder), () => tell()) : { isNobody: true };
    if (reply.isNobody) {
      const own = makeServer(answer);
      if (await place.take(own.server, holder)) return { release: own.release };
      own.release();
      continue;
    }
    if (reply.said !== undefined) return { said: reply.said };
    if (reply.wrong || wish.leftFor(holder) <= 0) throw new Error(sentenceFor(name, holder, reply.wrong));
    await wish.pause();
  }
}

/**
 * Runs `work` while no other process of this user runs work under the same name.
 * @param onWait called once, after a second of waiting
 */
export async function oneAtATime(name, onWait, work) {
  let timer;
  const onTaken = () => (timer = setTimeout(() => onWait?.(), TELL_AFTER_MS));
  const { release } = await claim(name, { onTaken }).finally(() => clearTimeout(timer));
  try {
    return await work();
  } finally {
    release();
  }
}

/** How long to wait for one holder, and the growing pause before the next attempt. */
class Patience {
  #ms;
  #holder;
  #untilMs = 0;
  #asked = 0;

  constructor(ms) {
    this.#ms = ms;
  }

  /** Milliseconds. The full time starts again for each new holder. */
  leftFor({ id }) {
    if (id !== this.#holder) {
      this.#holder = id;
      this.#untilMs = performance.now() + this.#ms;
      this.#asked = 0;
    }
    return this.#untilMs - performance.now();
  }

  pause() {
    return wait(Math.min(10 * 2 ** this.#asked++, LONGEST_PAUSE_MS));
  }
}

function sentenceFor(name, { pid }, wrong) {
  const who = pid === undefined ? 'Another process' : `Process ${pid}`;
  return `${who} holds the ${name} and ${wrong ? 'gives no valid answer' : 'does not answer'}. End it, then run this again.`;
}

/** A server that is not listening yet, and a function that releases it. */
function makeServer(answer) {
  const visitors = new Set();
  let answering;
  const server = net.createServer((socket) => {
    visitors.add(socket);
    // A visitor that disconnects early needs no answer; input from visitors is ignored.
    socket.on('error', () => socket.destroy()).on('close', () => visitors.delete(socket));
    socket.resume();
    if (!answer) return;
    // Simultaneous visitors share one answer, because it may start a program.
    answering ??= Promise.resolve(answer()).finally(() => (answering = undefined));
    answering.then(
      // Destroyed here, because a visitor that never disconnects would occupy its slot.
      (said) => socket.end(JSON.stringify({ version: VERSION, said }), () => socket.destroy()),
      () => socket.destroy(),
    );
  });
  server.maxConnections = MAX_VISITORS;
  server.unref();
  const release = () => {
    server.close();
    for (const socket of visitors) socket.destroy();
  };
  return { server, release };
}

/**
 * @param onReached called when a process listens
 * @returns `{ said }`, `{ wrong: true }`, `{ isNobody: true }`, or `{}` if the holder released the name or did not
 * answer
 */
function ask(address, patienceMs, onReached) {
  return new Promise((resolve) => {
    const socket = net.connect(address).setEncoding('utf8');
    const timer = setTimeout(() => end({}), Math.max(0, patienceMs));
    const end = (reply) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    socket.once('connect', onReached);
    let text = '';
    socket.on('data', (part) => {
      text += part;
      if (text.length > MAX_REPLY_BYTES) end({ wrong: true });
    });
    socket.on('end', () => end(text ? readReply(text) : {}));
    // Any other error says nothing about the holder: it is asked again.
    socket.on('error', ({ code }) => end(NOBODY.includes(code) ? { isNobody: true } : {}));
  });
}

function readReply(text) {
  try {
    const { version, said } = JSON.parse(text);
    if (version === VERSION && typeof said === 'string') return { said: printable(said) };
  } catch {
    // Handled below like any other invalid answer.
  }
  return { wrong: true };
}
