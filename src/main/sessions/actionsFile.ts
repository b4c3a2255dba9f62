import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { actionSchema, type Action } from '../../shared/session';
import { countLines } from './jsonLines';

/*
 * `actions.json` has one action a line between a first line that opens the array and a last one that closes it:
 * ordinary JSON, but counted without parsing and written without holding it in memory.
 */
const FRAME_LINES = 2;

/** How many actions an `actions.json` written by `writeActionsFile` has; 0 when it is missing. */
export async function countActions(file: string): Promise<number> {
  return Math.max(0, (await countLines(file)) - FRAME_LINES);
}

/**
 * Writes `actions.json` as a stream: temporary file, fsync, rename.
 * @returns how many actions were written
 */
export async function writeActionsFile(
  file: string,
  sessionId: string,
  actions: AsyncIterable<Action>,
): Promise<number> {
  const temporary = `${file}.tmp`;
  const out = createWriteStream(temporary, { mode: 0o600, flush: true });
  let count = 0;
  await put(out, `{"version":1,"sessionId":${JSON.stringify(sessionId)},"actions":[`);
  for await (const action of actions) {
    await put(out, `${count === 0 ? '' : ','}\n${JSON.stringify(action)}`);
    count += 1;
  }
  await put(out, `\n]}\n`);
  out.end();
  await once(out, 'close');
  if (out.errored) throw out.errored;
  await rename(temporary, file);
  await syncFolder(path.dirname(file));
  return count;
}

async function put(out: WriteStream, text: string): Promise<void> {
  if (out.errored) throw out.errored;
  if (!out.write(text)) await once(out, 'drain');
}

/** Makes renames in a folder survive a power cut; Windows journals them and cannot open a folder. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The actions of an `actions.json` written by `writeActionsFile`, without holding it in memory. */
export async function* readActions(file: string): AsyncGenerator<Action> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const isFrame = line.startsWith('{"version"') || line === ']}' || line === '';
    if (!isFrame) yield z.parse(actionSchema, JSON.parse(line.replace(/,$/, '')));
  }
}
