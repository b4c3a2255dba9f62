import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { actionSchema, frameSchema, type Action } from '../../shared/session';
import { fileExists, readJsonLines } from '../sessions/jsonLines';
import type { SessionPaths } from '../sessions/sessionPaths';

type RedactionAction = Extract<Action, { type: 'redaction' }>;

/**
 * Leaves one event of each redaction: the log has a line for its beginning and one for its end. One that a crash left
 * open ends where the recording ends.
 * @param actions those of the log, in order of time
 */
export async function* closeRedactions(
  paths: SessionPaths,
  actions: AsyncIterable<Action>,
): AsyncGenerator<Action> {
  const closed = await closedRedactions(paths.actionsLog);
  const open: RedactionAction[] = [];
  let lastUs = 0;
  for await (const action of actions) {
    lastUs = Math.max(lastUs, action.tUs);
    if (action.type !== 'redaction' || action.tUs > action.fromUs) yield action;
    else if (!closed.has(action.fromUs)) open.push(action);
  }
  if (open.length > 0) lastUs = Math.max(lastUs, await lastFrame(paths.frames));
  for (const action of open) yield { ...action, tUs: lastUs };
}

/** The beginnings of those that have an end. The log may be long, so only their lines are parsed. */
async function closedRedactions(log: string): Promise<Set<number>> {
  const closed = new Set<number>();
  if (!(await fileExists(log))) return closed;
  for await (const line of createInterface({ input: createReadStream(log), crlfDelay: Infinity })) {
    if (!line.startsWith('{"type":"redaction"') || !line.endsWith('}')) continue;
    const { success, data } = z.safeParse(actionSchema, JSON.parse(line));
    if (success && data.type === 'redaction' && data.tUs > data.fromUs) closed.add(data.fromUs);
  }
  return closed;
}

async function lastFrame(frames: string): Promise<number> {
  let lastUs = 0;
  for await (const { tUs } of readJsonLines(frames, frameSchema, () => undefined)) lastUs = tUs;
  return lastUs;
}
