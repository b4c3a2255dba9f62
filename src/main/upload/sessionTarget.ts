import path from 'node:path';
import type { UploadConfig } from '../../shared/upload';
import type { UploadTarget } from '../../upload/job';

/** S3 metadata that names the session of a bundle. */
const SESSION_METADATA = 'session-id';

/** Where a session's bundle goes: `{keyPrefix}{sessionId}/{bundle name}`, over no object but this session's own. */
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
