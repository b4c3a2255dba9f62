import type { ProblemKind } from '../shared/problem';
import type { ObjectStoreError } from './objectStore/objectStore';
import { BUNDLE_MISSING } from './uploadFailures';

/** Problems with one file or its key. */
const OF_ONE_FILE: ReadonlySet<ProblemKind> = new Set([
  ...(['file-missing', 'file-damaged', 'file-changing', 'file-too-large'] as const),
  ...(['object-exists', 'key-occupied', 'object-damaged', 'not-verifiable', 'upload-never-known'] as const),
]);

/** Whether a permanent failure concerns only this file, and not the destination, its keys or the network. */
export function isOfOneFile({ verdict, problem }: Pick<ObjectStoreError, 'verdict' | 'problem'>): boolean {
  if (verdict !== 'needs-user' && verdict !== 'conflict') return false;
  // A link or a pipe in place of the file has its own message.
  return problem.code === BUNDLE_MISSING || OF_ONE_FILE.has(problem.facts.kind);
}
