import { createHash } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod/mini';
import { AppFailure } from '../../shared/appError';
import { matching } from '../../shared/bounds';
import type { Logger, Random } from '../../shared/runtime';
import { writeNewFile } from '../../lib/guardedFiles';
import { readJsonFile, type JsonFileContext } from '../../lib/jsonFile';
import { makeFoldersSync, makePrivateFolder } from '../../lib/privateFolder';
import { createCapabilityMemory, type CapabilityMemory } from '../../upload/destination/capabilityMemory';
import { createDialectMemory, type DialectMemory } from '../../upload/objectStore/s3/dialect';
import type { JobTable } from '../../upload/queue/jobTable';
import { openSqliteJobStore } from '../../upload/queue/sqliteJobStore';
import type { Root } from './scan';
import { wrongUse, type Wishes } from './options';

/** The state that the command keeps between runs, in a private folder of the user. */
export type CommandState = {
  table: JobTable;
  capabilities: CapabilityMemory;
  dialects: DialectMemory;
  /** Owner id of a source file, to recognize objects that this installation uploaded from it. */
  ownerOf(source: string): string;
};

export const installationSchema = z.object({
  version: z.literal(1),
  id: matching(/^[0-9a-f-]{36}$/, 'id', 36),
});
const installation = { what: 'id of this installation', version: 1, schema: installationSchema };

type Parts = JsonFileContext & {
  log: Logger;
  random: Random;
  onUnreadable: (jobId: string, cause: unknown) => void;
};

/**
 * Opens the state for these paths and this destination.
 * @throws AppFailure `WrongUse` if the same command is already running, or if the folder cannot be used
 */
export async function openState(
  { stateDir, bucket, prefix }: Wishes,
  roots: readonly Root[],
  endpoint: string | undefined,
  parts: Parts,
): Promise<CommandState> {
  const words = [
    endpoint ?? '',
    bucket,
    prefix,
    ...roots.map(({ real, key }) => `${real}\0${key}`).toSorted(),
  ];
  const folder = path.join(stateDir, sha256(JSON.stringify(words)).slice(0, 16));
  makePrivate(folder, parts.log);
  const id = await installationId(path.join(stateDir, 'installation.json'), parts);
  const findings = {
    ...parts,
    onNewer: (error: object) => parts.log.warn('findings of a newer version', { error }),
  };
  return {
    table: openTable(path.join(folder, 'jobs.sqlite'), parts),
    capabilities: createCapabilityMemory(path.join(stateDir, 'capabilities.json'), findings),
    dialects: createDialectMemory(path.join(stateDir, 'dialects.json'), findings),
    ownerOf: (source) => sha256(`${id}\0${source}`).slice(0, 32),
  };
}

function makePrivate(folder: string, log: Logger): void {
  try {
    // A folder that the user named keeps its permissions if it already exists.
    makeFoldersSync(path.dirname(folder));
    const why = makePrivateFolder(folder);
    if (why !== null) log.warn('others on this computer can read the state', { folder, why });
  } catch (error) {
    const action = 'Name another folder with --state-dir, or fix its permissions.';
    throw wrongUse(`The state cannot be kept in ${folder}: ${String(error)}.`, action);
  }
}

function openTable(file: string, parts: Parts): JobTable {
  try {
    return openSqliteJobStore(file, parts);
  } catch (error) {
    if (!(error instanceof AppFailure) || error.error.code !== 'StateInUse') throw error;
    throw wrongUse(
      'Another process is uploading these paths to this place already.',
      'Wait until it has finished, or stop it and run this again.',
    );
  }
}

/** Created once. Two commands that start at the same time for the first time agree on one id. */
async function installationId(file: string, parts: Parts): Promise<string> {
  for (;;) {
    const kept = await readJsonFile(file, installation, parts);
    if (kept) return kept.id;
    try {
      const made = { version: 1, id: parts.random.uuid() };
      await writeNewFile(file, Buffer.from(`${JSON.stringify(made)}\n`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
