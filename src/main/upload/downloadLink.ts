import { AppFailure } from '../../shared/appError';
import type { DownloadLink, LinkExpirySeconds, UploadConfig, UploadState } from '../../shared/upload';
import type { Problem } from '../../shared/problem';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';
import { describeProblem } from '../../shared/text/uploadErrors';
import type { Clock } from '../../shared/runtime';

/**
 * Signs a GET of `key` that is valid for the given seconds from `signedAtMs` (a whole second), and tries it.
 * `keysEndAt`: when the credentials expire, if known. `unchecked`: why the link could not be tried.
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
 * Makes a link to an uploaded bundle with the current credentials and tries it: a link that the server refuses is not
 * returned. If the server cannot be reached, the link is returned and marked as unchecked.
 * @throws AppFailure NotUploaded, NotConfigured, SecretMissing, SecretLocked, OtherDestination
 * @throws ObjectStoreError the server's refusal
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
  // A signature's time has a resolution of one second: the link must not expire earlier than stated.
  const signedAtMs = Math.floor(clock.now() / 1000) * 1000;
  const life = { signedAtMs, expiresInSeconds };
  const place = { ...destination, bucket: upload.bucket };
  const { url, keysEndAt, unchecked } = await presign(place, upload.key, life);
  const expiresAt = Math.min(signedAtMs + expiresInSeconds * 1000, keysEndAt ?? Infinity);
  return { url, expiresAt, keysEndAt, unchecked: unchecked && describeProblem(unchecked, 'bundle').message };
}
