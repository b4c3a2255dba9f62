import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { validateBundle } from '../../../bundle-validator/validateBundle';
import type { Action, SessionHeader } from '../../../src/shared/session';
import { countAt } from './TimeSignal';
import { watchSegment, type WatchedSegment } from './watchSegment';

const exec = promisify(execFile);

/** A bundle after it was held to the format, unpacked, and watched to its end. */
export type ReadBundle = {
  header: SessionHeader;
  problems: string[];
  segments: WatchedSegment[];
  /** Why a segment could not be played. */
  unplayable: string[];
  /** The counts that recorded moves tell, in order. */
  moves: number[];
  gaps: Extract<Action, { type: 'gap' }>[];
};

/** @param folder where it may be unpacked to */
export async function readBundle(bundle: string, folder: string): Promise<ReadBundle> {
  const { problems } = await validateBundle(bundle);
  await exec('unzip', ['-q', '-o', bundle, '-d', folder]);
  const header = JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8')) as SessionHeader;
  const { actions } = JSON.parse(await readFile(path.join(folder, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const segments: WatchedSegment[] = [];
  const unplayable: string[] = [];
  for (const name of header.video?.segments ?? [])
    await watchSegment(path.join(folder, name)).then(
      (segment) => segments.push(segment),
      (error: unknown) => unplayable.push(`${name}: ${String(error)}`),
    );
  const moves = actions.flatMap((action) => (action.type === 'move' ? (countAt(action) ?? []) : []));
  return {
    ...{ header, segments, unplayable, moves },
    gaps: actions.filter((action) => action.type === 'gap'),
    problems: problems.map(({ file, what }) => `${file ?? 'bundle'}: ${what}`),
  };
}
