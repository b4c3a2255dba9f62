import { AppFailure, type AppError } from '../../../shared/appError';
import { describeFiles, FILES_MISSING } from '../../../shared/missingFiles';
import { without } from '../../../shared/without';
import { fileExists } from '../../../lib/guardedFiles';
import type { SessionPaths } from '../../sessions/sessionPaths';

const LISTED = 20;

/**
 * Refuses a bundle that would lack what was recorded, but for what an earlier one was made without knowingly.
 * @throws AppFailure `FilesMissing`
 */
export async function requireNoLoss(
  paths: SessionPaths,
  missing: readonly string[],
  agreed: readonly string[],
): Promise<void> {
  if (without(missing, agreed).length === 0) return;
  throw new AppFailure(filesMissing(missing, await fileExists(paths.bundle)));
}

function filesMissing(missing: readonly string[], hasBundle: boolean): AppError {
  const kept = hasBundle ? ' The bundle made before is kept as it is.' : '';
  const rest = missing.length > LISTED ? `\n… and ${missing.length - LISTED} more` : '';
  return {
    code: FILES_MISSING,
    message: `No bundle was made: this session’s folder lacks ${describeFiles(missing)}.`,
    action: `Put the files back and export again, or export without them.${kept}`,
    details: missing.slice(0, LISTED).join('\n') + rest,
  };
}
