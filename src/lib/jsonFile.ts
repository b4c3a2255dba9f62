import path from 'node:path';
import * as z from 'zod/mini';
import { AppFailure } from '../shared/appError';
import { clip, LONGEST } from '../shared/bounds';
import { describeNewerFile } from '../shared/text/diskErrors';
import type { Clock } from '../shared/runtime';
import { moveFile, readText } from './guardedFiles';
import { behindLinks, writeBehindLinks, writeFileAtomically } from './writeFileAtomically';

/** One migration step: converts content of version `from` to version `from + 1`. */
export type Migration = { from: number; migrate(old: Record<string, unknown>): Record<string, unknown> };

/** Far more than any of our files needs; a longer one is damaged. */
const MAX_BYTES = 16 * 1024 * 1024;

/** How to read one kind of versioned JSON file. `version` is the current one. */
export type JsonFileSpec<S extends z.ZodMiniType> = {
  what: string;
  version: number;
  schema: S;
  /** The file is in a session's folder, where links are not followed. The user may link other files elsewhere. */
  inSession?: boolean;
  migrations?: readonly Migration[];
  /** Extracts the content to migrate and validate from the content of the file. */
  unwrap?: (content: unknown) => unknown;
};

/** A file that could not be used and was moved to `movedTo`. */
export type Quarantined = { what: string; file: string; movedTo: string; cause: string };

export type JsonFileContext = { clock: Pick<Clock, 'now'>; onQuarantine: (q: Quarantined) => void };

/**
 * Reads, migrates and validates a JSON file.
 * @returns null if there is no file, or if it was unreadable and has been renamed to `*.corrupt-<time>`
 * @throws the system's error if the file exists but cannot be read (EACCES, EIO): that does not prove damage
 * @throws AppFailure `NotAFile` if it is a folder, a pipe or the like, or a link in a session
 * @throws AppFailure `NewerFile` if a newer version of the app wrote it; the file is left unchanged
 */
export async function readJsonFile<S extends z.ZodMiniType>(
  file: string,
  spec: JsonFileSpec<S>,
  context: JsonFileContext,
): Promise<z.output<S> | null> {
  const found = await lookInto(file, spec);
  if (found === null || 'content' in found) return found?.content ?? null;
  await quarantine(file, spec.what, found.damage, context);
  return null;
}

/**
 * Like `readJsonFile`, for a file that may not be ours: a damaged one is not moved.
 * @returns null if there is no file, or if it is damaged
 */
export async function peekJsonFile<S extends z.ZodMiniType>(
  file: string,
  spec: JsonFileSpec<S>,
): Promise<z.output<S> | null> {
  const found = await lookInto(file, spec);
  return found !== null && 'content' in found ? found.content : null;
}

async function lookInto<S extends z.ZodMiniType>(
  file: string,
  spec: JsonFileSpec<S>,
): Promise<{ content: z.output<S> } | { damage: unknown } | null> {
  try {
    const text = await readText(spec.inSession ? file : await behindLinks(file), MAX_BYTES);
    return { content: z.parse(spec.schema, migrated(unwrapped(JSON.parse(text), spec), spec)) };
  } catch (error) {
    if (error instanceof AppFailure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (isSystemError(error)) throw error;
    return { damage: error };
  }
}

/** Writes a file of the user atomically, following a link; only the owner can read it. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await writeBehindLinks(file, jsonText(value));
}

/** Writes a file of a session atomically, replacing any entry with its name; only the owner can read it. */
export async function writeSessionJson(file: string, value: unknown): Promise<void> {
  await writeFileAtomically(file, jsonText(value));
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function unwrapped(content: unknown, { unwrap }: JsonFileSpec<z.ZodMiniType>): unknown {
  return unwrap ? unwrap(content) : content;
}

function migrated(content: unknown, spec: JsonFileSpec<z.ZodMiniType>): unknown {
  let current = content as Record<string, unknown>;
  for (const step of spec.migrations ?? []) {
    if (current?.version === step.from) current = { ...step.migrate(current), version: step.from + 1 };
  }
  if (typeof current?.version === 'number' && current.version > spec.version)
    throw new AppFailure(
      describeNewerFile(spec.what, `version ${current.version}, known up to ${spec.version}`),
    );
  return current;
}

async function quarantine(
  file: string,
  what: string,
  cause: unknown,
  context: JsonFileContext,
): Promise<void> {
  const movedTo = `${file}.corrupt-${context.clock.now()}`;
  const folder = await behindLinks(path.dirname(file));
  const inFolder = (name: string) => path.join(folder, path.basename(name));
  await moveFile(inFolder(file), inFolder(movedTo));
  context.onQuarantine({ what, file, movedTo, cause: clip(String(cause), LONGEST.line) });
}
