import type { ProblemKind } from '../shared/problem';
import type { ObjectStoreError } from './objectStore/objectStore';
import { BUNDLE_MISSING } from './uploadFailures';

/** What is wrong with one file, or with its key. */
const OF_ONE_FILE: ReadonlySet<ProblemKind> = new Set([
  ...(['file-missing', 'file-damaged', 'file-changing', 'file-too-large'] as const),
  ...(['object-exists', 'key-occupied', 'object-damaged', 'not-verifiable', 'upload-never-known'] as const),
]);

/** Whether a failure, which no retry can help, says nothing of the destination, its keys or the way there. */
export function isOfOneFile({ verdict, problem }: Pick<ObjectStoreError, 'verdict' | 'problem'>): boolean {
  if (verdict !== 'needs-user' && verdict !== 'conflict') return false;
  // A link or a pipe in place of the file has words of its own.
  return problem.code === BUNDLE_MISSING || OF_ONE_FILE.has(problem.facts.kind);
}
