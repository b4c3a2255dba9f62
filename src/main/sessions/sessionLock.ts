import * as z from 'zod/mini';
import { intBetween, name } from '../../shared/bounds';
import { largest } from '../../shared/extremes';
import { factsOf, folderFacts, removeFile, temporariesIn } from '../../lib/guardedFiles';
import { readJsonFile, writeSessionJson, type JsonFileContext, type JsonFileSpec } from '../../lib/jsonFile';
import type { Holder } from '../../lib/systemHolder';
import { lastWrite } from './sessionContent';
import { FILES_AT_ONCE, mapConcurrently } from '../../lib/concurrency';
import type { SessionPaths } from './sessionPaths';

/** A recording writes at least its header each minute; after a longer silence its mark is stale. */
const FRESH_MS = 150_000;

export const holdSchema = z.object({ version: z.literal(1), pid: intBetween(0, 2 ** 32), host: name });
const holdSpec = {
  what: 'mark of use',
  version: 1,
  schema: holdSchema,
  inSession: true,
} satisfies JsonFileSpec<typeof holdSchema>;

/** Marks a session as in use by this process. */
export async function holdSession({ hold }: SessionPaths, { pid, host }: Holder): Promise<void> {
  await writeSessionJson(hold, { version: 1, pid, host });
}

export async function letSessionGo({ hold }: SessionPaths): Promise<void> {
  await removeFile(hold);
}

/** Last writes dated in the future, by folder, and when each was first seen (epoch milliseconds). */
export type FutureSigns = Map<string, { signAt: number; seenAt: number }>;

/**
 * Whether another live process uses a session. A mark outlives a crash and its pid may be reused, so a mark counts only
 * if the session's files were written recently. A clock that runs ahead dates writes in the future; these count as long
 * as new writes follow.
 * @param seen pass the same map to every call
 */
export async function isHeldElsewhere(
  paths: SessionPaths,
  self: Holder,
  files: JsonFileContext,
  seen: FutureSigns,
): Promise<boolean> {
  const hold = await readJsonFile(paths.hold, holdSpec, files);
  if (hold === null) return false;
  if (hold.host === self.host && (hold.pid === self.pid || !self.isAlive(hold.pid))) return false;
  const now = files.clock.now();
  const signAt = await lastSign(paths);
  if (signAt <= now + FRESH_MS) return now - signAt < FRESH_MS;
  const before = seen.get(paths.folder);
  const seenAt = before?.signAt === signAt ? before.seenAt : now;
  seen.set(paths.folder, { signAt, seenAt });
  return Math.abs(now - seenAt) < FRESH_MS;
}

async function lastSign(paths: SessionPaths): Promise<number> {
  const files = [paths.header, paths.partialBundle, ...(await temporariesIn(paths.folder))];
  const facts = await mapConcurrently(files, FILES_AT_ONCE, factsOf);
  const { mtimeMs } = await folderFacts(paths.folder);
  const times = facts.map((found) => found?.mtimeMs ?? 0);
  return largest(times, Math.max(await lastWrite(paths), mtimeMs));
}
