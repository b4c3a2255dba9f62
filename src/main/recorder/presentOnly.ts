import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type * as z from 'zod/mini';
import { frameSchema, screenshotSchema } from '../../shared/session';
import { fileExists, readJsonLines } from '../sessions/jsonLines';
import type { SessionPaths } from '../sessions/sessionPaths';

/**
 * Runs `work` with the paths of a session whose lists of frames and screenshots name nothing that is missing. The
 * session's own lists stay as they are: what is missing may be put back.
 */
export async function withPresentOnly(
  paths: SessionPaths,
  missing: readonly string[],
  work: (paths: SessionPaths) => Promise<void>,
): Promise<void> {
  const folder = path.join(paths.folder, '.present-only');
  // Left by an export that was cut off.
  await rm(folder, { recursive: true, force: true });
  if (missing.length === 0) return work(paths);
  await mkdir(folder, { mode: 0o700 });
  const frames = path.join(folder, 'frames.jsonl');
  const screenshotsLog = path.join(folder, 'screenshots.jsonl');
  const gone = new Set(missing);
  try {
    await copyLines(paths.frames, frames, frameSchema, ({ segment }) => !gone.has(segment));
    await copyLines(paths.screenshotsLog, screenshotsLog, screenshotSchema, ({ file }) => !gone.has(file));
    await work({ ...paths, frames, screenshotsLog });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyLines<S extends z.ZodMiniType>(
  from: string,
  to: string,
  schema: S,
  isKept: (entry: z.output<S>) => boolean,
): Promise<void> {
  if (!(await fileExists(from))) return;
  async function* kept(): AsyncGenerator<string> {
    for await (const entry of readJsonLines(from, schema, () => undefined))
      if (isKept(entry)) yield `${JSON.stringify(entry)}\n`;
  }
  await pipeline(kept(), createWriteStream(to, { mode: 0o600 }));
}
