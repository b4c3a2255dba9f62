import type { SessionListItem } from '../shared/session';
import {
  isLost,
  type BucketCheck,
  type DownloadLink,
  type UploadProgressPayload,
  type UploadReason,
  type UploadStatus,
} from '../shared/upload';
import {
  formatBytes,
  formatCountdown,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatSpeed,
  minuteOf,
  type Place,
} from './format';
import type { BadgeTone } from './ui/Badge';

const MINUTE_MS = 60_000;
/** After this time an unreachable endpoint is probably not just a network failure. */
const UNREACHABLE_AFTER_MS = 5 * MINUTE_MS;

const statusLabels: Readonly<Record<UploadStatus, string>> = {
  not_uploaded: 'Not uploaded',
  pending: 'Pending',
  uploading: 'Uploading',
  done: 'Uploaded',
  failed: 'Failed',
};

/** A row's upload state in a few words. */
export function badgeOf(item: SessionListItem): { tone: BadgeTone; text: string } {
  const { uploadStatus, upload, changedSinceUpload, uploaded } = item;
  if (item.uploadUnknown) return { tone: 'amber', text: 'Upload not known' };
  if (item.uploadClaim) return { tone: 'amber', text: 'Upload not checked' };
  if (uploadStatus === 'pending' && upload?.reason?.kind === 'paused')
    return { tone: 'gray', text: 'Paused' };
  // A newer upload was cancelled or failed: the last uploaded object is unchanged.
  if (uploadStatus === 'not_uploaded' && uploaded && !isLost(uploaded))
    return { tone: 'amber', text: 'Older version uploaded' };
  if (uploadStatus !== 'done') return { tone: tones[uploadStatus], text: statusLabels[uploadStatus] };
  if (uploaded?.check?.found === 'gone') return { tone: 'red', text: 'Gone from the bucket' };
  if (uploaded?.check?.found === 'other') return { tone: 'red', text: 'Replaced in the bucket' };
  // The bundle on this computer has changed.
  if (changedSinceUpload) return { tone: 'amber', text: 'Changed since the upload' };
  return { tone: 'green', text: statusLabels.done };
}

const tones: Readonly<Record<UploadStatus, BadgeTone>> = {
  not_uploaded: 'gray',
  pending: 'blue',
  uploading: 'blue',
  done: 'green',
  failed: 'red',
};

/**
 * The reason why a pending or uploading item waits, in one line; undefined if it does not wait.
 * @param canResume false if a paused upload has no bundle
 */
export function describeWait(
  upload: Pick<
    UploadProgressPayload,
    | 'status'
    | 'reason'
    | 'waitsForProfile'
    | 'awaits'
    | 'comparedPercent'
    | 'errorDetail'
    | 'retryCount'
    | 'maxRetries'
  >,
  nowMs: number,
  canResume = true,
): string | undefined {
  if (upload.reason?.kind === 'paused' && !canResume) return undefined;
  if (upload.status === 'pending' && !upload.reason) return 'Waiting for its turn';
  if (upload.status !== 'pending' && upload.status !== 'uploading') return undefined;
  if (upload.waitsForProfile !== undefined)
    return `Waiting for the AWS profile “${upload.waitsForProfile}” to give its keys`;
  if (!upload.reason && upload.comparedPercent !== undefined)
    return `Comparing the bundle with what is in the bucket: ${formatPercent(upload.comparedPercent)}`;
  if (!upload.reason && isSilent(upload, nowMs)) return `Waiting for an answer from ${upload.awaits.from}`;
  return upload.reason && describeReason(upload.reason, upload, nowMs);
}

type Awaiting<T> = T & Required<Pick<UploadProgressPayload, 'awaits'>>;

/** Whether there was no progress for longer than usual. */
function isSilent<T extends Pick<UploadProgressPayload, 'status' | 'awaits'>>(
  upload: T,
  nowMs: number,
): upload is Awaiting<T> {
  return upload.status === 'uploading' && upload.awaits !== undefined && upload.awaits.afterMs <= nowMs;
}

type ToldOfWait = Pick<UploadProgressPayload, 'errorDetail' | 'retryCount' | 'maxRetries'>;

function describeReason(
  reason: UploadReason,
  { retryCount, maxRetries, errorDetail }: ToldOfWait,
  nowMs: number,
): string {
  switch (reason.kind) {
    case 'backoff':
      return `Retrying in ${formatCountdown(reason.untilMs, nowMs)} (${retryCount} of ${maxRetries})`;
    case 'network':
      return `Waiting for the ${whatIsAway.get(errorDetail?.code) ?? 'network'} — next try in ${formatCountdown(reason.untilMs, nowMs)}`;
    case 'throttled':
      return `The server asked for a pause — going on in ${formatCountdown(reason.untilMs, nowMs)}`;
    case 'needs-user':
      return 'Waiting for you';
    case 'file':
      return 'Waiting for the bundle file';
    case 'paused':
      return 'Goes on when you resume it';
  }
}

/** By the code of the last failure: if a server answered, the network is not the cause. */
const whatIsAway: ReadonlyMap<string | undefined, string> = new Map([
  ['ECONNREFUSED', 'server'],
  ['HandshakeStalled', 'server'],
  ['ProxyUnreachable', 'proxy'],
  ['ProxySilent', 'proxy'],
  ['ProxyCannotReachServer', 'server'],
]);

/**
 * The clock for a row: per tick while it counts down or shows no progress, otherwise per minute, the resolution of its
 * age.
 */
export function clockOf(
  upload: Pick<UploadProgressPayload, 'status' | 'reason' | 'awaits'> | undefined,
  nowMs: number,
): number {
  const isTicking = upload && ((upload.reason && 'untilMs' in upload.reason) || isSilent(upload, nowMs));
  return isTicking ? nowMs : minuteOf(nowMs);
}

/** A second sentence for a long network wait. */
export function describeLongWait(reason: UploadReason | undefined, nowMs: number): string | undefined {
  if (reason?.kind !== 'network' || nowMs - reason.sinceMs < UNREACHABLE_AFTER_MS) return undefined;
  return 'Endpoint not reachable: check network or address.';
}

/** A copied link or path of an uploaded session. */
export type Copied = ({ kind: 'link' } & Omit<DownloadLink, 'url'>) | { kind: 'path' };

/**
 * A row's text about the copied item. A link signed with temporary credentials expires with them at the latest; for
 * some credentials that time is unknown.
 */
export function describeCopied(
  copied: Copied | undefined,
  {
    nowMs,
    temporaryKeys,
    place,
    found,
  }: {
    nowMs: number;
    temporaryKeys: boolean;
    place?: Place;
    /** The bucket's last answer about the object. */
    found?: BucketCheck['found'];
  },
): string | undefined {
  if (copied?.kind === 'path') return 'Path copied';
  if (copied === undefined) return undefined;
  if (found === 'gone') return 'The copied link no longer works: the bundle is not in the bucket';
  if (found === 'other') return 'The copied link leads to a different object now';
  if (hasEnded(copied, nowMs)) return 'The copied link has expired';
  const { expiresAt, keysEndAt, unchecked } = copied;
  const start =
    unchecked === undefined ? 'Link copied; it' : `Link copied, but it could not be tested: ${unchecked} It`;
  const ends = `${start} expires on ${formatDateTime(expiresAt, place)}`;
  if (keysEndAt === expiresAt) return `${ends}, with the credentials that signed it`;
  const mayEndBefore = temporaryKeys && keysEndAt === undefined;
  return `${ends}${mayEndBefore ? ', or before with the temporary credentials' : ''}`;
}

/** Whether the last news about the object is that a link to it could not be tried. */
export function isUntried(copied: Copied | undefined, nowMs: number, found?: BucketCheck['found']): boolean {
  if (copied?.kind !== 'link' || copied.unchecked === undefined) return false;
  return !hasEnded(copied, nowMs) && found !== 'gone' && found !== 'other';
}

/** Whether a link has expired. A row's clock ticks by minutes, so the link's last minute counts as expired. */
export function hasEnded(copied: Copied | undefined, nowMs: number): boolean {
  return copied?.kind === 'link' && minuteOf(copied.expiresAt) <= nowMs;
}

/** 0–100: the part of an upload that is in the bucket. */
export function keptPercent({ bytesKept, totalBytes }: UploadProgressPayload): number {
  return totalBytes === 0 ? 0 : (100 * bytesKept) / totalBytes;
}

/**
 * `42% · 126 MB of 300 MB sent · 5.2 MB/s · 34 s left`, as far as known. Sent bytes may still be in the system's
 * buffers: once everything is sent, or without progress, only confirmed bytes count.
 */
export function describeProgress(upload: UploadProgressPayload, place?: Place): string {
  const { status, progress, bytesUploaded, bytesKept, totalBytes, bytesPerSecond, secondsLeft } = upload;
  if (status !== 'uploading')
    return `${formatPercent(keptPercent(upload))} · ${formatBytes(bytesKept, place)} of ${formatBytes(totalBytes, place)} in the bucket`;
  if (totalBytes > 0 && bytesUploaded >= totalBytes) {
    const confirmed = `${formatBytes(bytesKept, place)} of ${formatBytes(totalBytes, place)} confirmed by the server`;
    return `Finishing · ${bytesKept < totalBytes ? confirmed : 'verifying the bundle in the bucket'}`;
  }
  return [
    formatPercent(progress),
    `${formatBytes(bytesUploaded, place)} of ${formatBytes(totalBytes, place)} sent`,
    bytesPerSecond === undefined ? undefined : formatSpeed(bytesPerSecond, place),
    secondsLeft === undefined ? undefined : `${formatDuration(secondsLeft * 1000)} left`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
