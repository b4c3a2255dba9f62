import type { AppError } from '../../shared/appError';
import type { MadeBundle, RecordingSummary, Sessions } from '../sessionsPort';
import type { SessionListItem } from '../../shared/session';
import type { UploadProgressPayload, UploadState } from '../../shared/upload';
import { mapConcurrently } from '../../lib/concurrency';
import { identifyFile, sameContent, sameFile, type FileIdentity } from '../../upload/transfer/fileIdentity';
import { locationOf, uploadedObject } from '../../upload/transfer/uploadedObject';

/** Each row reads a file if its bundle is gone: thousands at once would exceed the limit of open files. */
const READ_AT_ONCE = 32;

type Bundles = Pick<Sessions, 'bundleFile' | 'bundleDamage' | 'madeBundle'>;
type Uploads = {
  find: (sessionId: string) => KnownUpload | undefined;
  /** Why the session's upload state is unknown. */
  whyUnread: (sessionId: string) => AppError | undefined;
  /** Whether the bucket can be asked about an object that a copied folder's record names. */
  canAsk: (state: UploadState) => boolean;
};
type KnownUpload = { state: UploadState; payload: UploadProgressPayload };

/** Joins the recordings with their uploads into rows of the list. Newest first. */
export async function joinRows(
  recordings: readonly RecordingSummary[],
  uploads: Uploads,
  sessions: Bundles,
): Promise<SessionListItem[]> {
  const row = async (recording: RecordingSummary) => {
    const { sessionId } = recording;
    // One unreadable session must not hide the others; its own row shows the error.
    const changed = await changedSinceUpload(uploads.find(sessionId)?.state, sessions).catch(() => false);
    // Read again: the upload may have progressed meanwhile.
    const upload = uploads.find(sessionId);
    if (upload)
      return { ...joinRow(recording, upload, changed), uploadClaim: claimOf(upload.state, uploads.canAsk) };
    return {
      ...recording,
      uploadStatus: 'not_uploaded',
      uploadUnknown: uploads.whyUnread(sessionId),
    } as const;
  };
  const rows = await mapConcurrently(recordings, READ_AT_ONCE, row);
  return rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.sessionId < b.sessionId ? 1 : -1));
}

/**
 * Whether the bundle differs from the uploaded one. A bundle with a new modification time is unchanged if its manifest
 * is that of the last export and that export was uploaded. A missing bundle is compared through the last export's
 * record: by size, since a copy may have been uploaded, or by time if no size is known.
 */
export async function changedSinceUpload(
  upload: UploadState | undefined,
  sessions: Bundles,
): Promise<boolean> {
  if (upload?.status !== 'done' || !upload.file) return false;
  const { sessionId, file } = upload;
  const now = await identifyFile(sessions.bundleFile(sessionId));
  if (now !== null) {
    if (sameFile(file, now)) return false;
    return now.size !== file.size || !(await isAsUploaded(sessionId, file, now, sessions).catch(() => false));
  }
  const made = await sessions.madeBundle(sessionId);
  if (made === null || made.size === file.size) return false;
  return made.size !== undefined || !wasMadeThen(made, file);
}

/**
 * Whether a bundle with a new modification time is the exported and uploaded one. Without a summary its time decides.
 */
async function isAsUploaded(
  sessionId: string,
  file: FileIdentity,
  now: FileIdentity,
  sessions: Bundles,
): Promise<boolean> {
  // In this order, the second check sees an export that ends meanwhile.
  if ((await sessions.bundleDamage(sessionId)) !== null) return false;
  const made = await sessions.madeBundle(sessionId);
  return made === null ? sameContent(file, now) : wasMadeThen(made, file);
}

function wasMadeThen(made: MadeBundle, file: FileIdentity): boolean {
  return sameContent(file, { ...file, mtimeMs: made.modifiedAt });
}

function uploadedView(state: UploadState): SessionListItem['uploaded'] {
  const object = uploadedObject(state);
  // A copied folder's record says nothing about the bucket.
  if (!object || state.claimed !== undefined) return undefined;
  const { size: sizeBytes, verifiedAt, check } = object;
  return { location: locationOf(object), sizeBytes, verifiedAt, check };
}

/** A record without an upload claims nothing. */
function claimOf(state: UploadState, canAsk: Uploads['canAsk']): SessionListItem['uploadClaim'] {
  const { claimed } = state;
  if (claimed === undefined || (claimed === 'not_uploaded' && !uploadedObject(state))) return undefined;
  return canAsk(state) ? 'here' : 'elsewhere';
}

function joinRow(
  recording: RecordingSummary,
  { state, payload }: KnownUpload,
  changed: boolean,
): SessionListItem {
  return {
    ...recording,
    uploadStatus: state.status,
    uploadProgress: payload.progress,
    lastUploadError: state.lastError,
    upload: payload,
    changedSinceUpload: changed && state.status === 'done' ? true : undefined,
    location: state.status === 'done' ? locationOf(state) : undefined,
    uploaded: uploadedView(state),
  };
}
