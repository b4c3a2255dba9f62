import * as z from 'zod/mini';
import { actionSchema, type Action } from '../../shared/session';
import { replaceFile } from '../../lib/guardedFiles';
import { countLines, parsedOrNothing, writeTexts, type OnBadLine } from './jsonLines';
import { readLines } from './lines';

/*
 * `actions.json` has an opening line, one action per line, and a closing line. It is valid JSON, and it can be counted
 * without parsing and written without holding it in memory.
 */
const FRAME_LINES = 2;

/** Counts the actions of an `actions.json` written by `writeActionsFile`; 0 if the file is missing. */
export async function countActions(file: string): Promise<number> {
  return Math.max(0, (await countLines(file)) - FRAME_LINES);
}

/** Replaces `actions.json` as a stream. A rejection leaves no partial file behind. */
export async function writeActionsFile(
  file: string,
  sessionId: string,
  actions: AsyncIterable<Action>,
): Promise<void> {
  await replaceFile(file, (handle) => writeTexts(handle, actionsText(sessionId, actions)));
}

async function* actionsText(sessionId: string, actions: AsyncIterable<Action>): AsyncGenerator<string> {
  yield openingLine(sessionId);
  let separator = '';
  for await (const action of actions) {
    yield `${separator}\n${JSON.stringify(action)}`;
    separator = ',';
  }
  yield '\n]}\n';
}

/** The first line, without its line end. */
export function openingLine(sessionId: string): string {
  return `{"version":1,"sessionId":${JSON.stringify(sessionId)},"actions":[`;
}

/**
 * Streams the actions of an `actions.json` written by `writeActionsFile`.
 * @param onBadLine called for each line that is not an action, which is then skipped; without it such a line throws
 */
export async function* readActions(file: string, onBadLine?: OnBadLine): AsyncGenerator<Action> {
  for await (const { text: line, number } of readLines(file)) {
    const isFrame = line !== null && (line.startsWith('{"version"') || line === ']}' || line === '');
    if (isFrame) continue;
    const text = line?.replace(/,$/, '') ?? null;
    if (onBadLine === undefined) {
      if (text === null) throw new RangeError(`line ${number} of the actions is too long`);
      yield z.parse(actionSchema, JSON.parse(text));
      continue;
    }
    const parsed = z.safeParse(actionSchema, parsedOrNothing(text));
    if (parsed.success) yield parsed.data;
    else onBadLine(number);
  }
}
