import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import { actionSchema, type Action } from '../../shared/session';
import { syncFolder } from '../lib/syncFolder';
import { countLines, parsedOrNothing, type OnBadLine } from './jsonLines';

/*
 * `actions.json` has one action a line between a first line that opens the array and a last one that closes it:
 * ordinary JSON, but counted without parsing and written without holding it in memory.
 */
const FRAME_LINES = 2;
const WRITE_AT_ONCE = 64 * 1024;

/** How many actions an `actions.json` written by `writeActionsFile` has; 0 when it is missing. */
export async function countActions(file: string): Promise<number> {
  return Math.max(0, (await countLines(file)) - FRAME_LINES);
}

/** Writes `actions.json` as a stream: temporary file, fsync, rename. Rejects with nothing half left behind. */
export async function writeActionsFile(
  file: string,
  sessionId: string,
  actions: AsyncIterable<Action>,
): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    await pipeline(
      actionsText(sessionId, actions),
      createWriteStream(temporary, { mode: 0o600, flush: true }),
    );
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function* actionsText(sessionId: string, actions: AsyncIterable<Action>): AsyncGenerator<string> {
  yield `{"version":1,"sessionId":${JSON.stringify(sessionId)},"actions":[`;
  let separator = '';
  let text = '';
  for await (const action of actions) {
    text += `${separator}\n${JSON.stringify(action)}`;
    separator = ',';
    // Millions of small writes would take minutes.
    if (text.length < WRITE_AT_ONCE) continue;
    yield text;
    text = '';
  }
  yield `${text}\n]}\n`;
}

/**
 * The actions of an `actions.json` written by `writeActionsFile`, without holding it in memory.
 * @param onBadLine told of each line that is no action, which is then left out; without it such a line throws
 */
export async function* readActions(file: string, onBadLine?: OnBadLine): AsyncGenerator<Action> {
  let lineNumber = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    lineNumber += 1;
    const isFrame = line.startsWith('{"version"') || line === ']}' || line === '';
    if (isFrame) continue;
    const text = line.replace(/,$/, '');
    if (onBadLine === undefined) {
      yield z.parse(actionSchema, JSON.parse(text));
      continue;
    }
    const parsed = z.safeParse(actionSchema, parsedOrNothing(text));
    if (parsed.success) yield parsed.data;
    else onBadLine(lineNumber);
  }
}
