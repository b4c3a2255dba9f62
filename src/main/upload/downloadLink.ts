import { AppFailure } from '../../shared/appError';
import type { DownloadLink, LinkExpirySeconds, UploadConfig, UploadState } from '../../shared/upload';
import type { Problem } from '../../shared/problem';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';
import { describeProblem } from '../../shared/text/uploadErrors';
import type { Clock } from '../../shared/runtime';

/**
 * Signs a GET of `key` that holds for so many seconds from `signedAtMs`, a whole second, and tries it out. `keysEndAt`: when
 * the credentials end, where that is known. `unchecked`: why it could not be tried.
 * @throws ObjectStoreError when the server refuses it
 */
export type Presign = (
  config: UploadConfig,
  key: string,
  life: { signedAtMs: number; expiresInSeconds: number },
) => Promise<{ url: string; keysEndAt?: number; unchecked?: Problem }>;

export type DownloadLinkParts = {
  config: { requireWithSecret(): Promise<UploadConfig> };
  presign: Presign;
  clock: Pick<Clock, 'now'>;
};

/**
 * A link to an uploaded bundle, made with the credentials in force now and tried out: one that the server refuses is not
 * handed out. Where the server cannot be reached it is, and says so.
 * @throws AppFailure NotUploaded, NotConfigured, SecretMissing, SecretLocked, OtherDestination
 * @throws ObjectStoreError what the server refuses it for
 */
export async function makeDownloadLink(
  upload: UploadState | undefined,
  expiresInSeconds: LinkExpirySeconds,
  { config, presign, clock }: DownloadLinkParts,
): Promise<DownloadLink> {
  if (upload?.status !== 'done' || !upload.bucket || !upload.key)
    throw new AppFailure(describeRefusal('nothing-to-link'));
  const destination = await config.requireWithSecret();
  if (destination.endpoint !== upload.endpoint) {
    const details = `uploaded to ${upload.endpoint ?? 'Amazon S3'}, bucket ${upload.bucket}`;
    throw new AppFailure(describeRefusal('other-destination-linked', details));
  }
  // A signature tells its time to the second: the link must not end earlier than was said.
  const signedAtMs = Math.floor(clock.now() / 1000) * 1000;
  const life = { signedAtMs, expiresInSeconds };
  const place = { ...destination, bucket: upload.bucket };
  const { url, keysEndAt, unchecked } = await presign(place, upload.key, life);
  const expiresAt = Math.min(signedAtMs + expiresInSeconds * 1000, keysEndAt ?? Infinity);
  return { url, expiresAt, keysEndAt, unchecked: unchecked && describeProblem(unchecked, 'bundle').message };
}
