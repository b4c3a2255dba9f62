import path from 'node:path';
import type { UploadConfig } from '../../shared/upload';
import type { UploadTarget } from '../../upload/job';

/** The S3 metadata key that names a bundle's session. */
const SESSION_METADATA = 'session-id';

/**
 * The destination of a session's bundle: `{keyPrefix}{sessionId}/{bundle name}`. Replaces only this session's own
 * object.
 */
export function sessionTarget(
  { keyPrefix }: Pick<UploadConfig, 'keyPrefix'>,
  sessionId: string,
  bundleFile: string,
): UploadTarget {
  return {
    key: `${keyPrefix}${sessionId}/${path.basename(bundleFile)}`,
    contentType: 'application/zip',
    metadata: { [SESSION_METADATA]: sessionId },
    ifExists: 'replace-own',
    ownerEntry: SESSION_METADATA,
  };
}
