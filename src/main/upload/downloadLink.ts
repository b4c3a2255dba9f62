import { AppFailure } from '../../shared/appError';
import type { DownloadLink, LinkExpirySeconds } from '../../shared/upload';
import type { Clock, UploadConfig, UploadState } from '../types';
import { settingsNeeded } from './uploadFailures';

/** Signs a GET of `key` that holds for so many seconds; nothing is sent. */
export type Presign = (config: UploadConfig, key: string, expiresInSeconds: number) => Promise<string>;

export type DownloadLinkParts = {
  config: { loadWithSecret(): Promise<UploadConfig | null> };
  presign: Presign;
  clock: Pick<Clock, 'now'>;
};

/**
 * A link to an uploaded bundle, made with the credentials in force now.
 * @throws AppFailure NotUploaded, SecretMissing, OtherDestination
 */
export async function makeDownloadLink(
  upload: UploadState | undefined,
  expiresInSeconds: LinkExpirySeconds,
  { config, presign, clock }: DownloadLinkParts,
): Promise<DownloadLink> {
  if (upload?.status !== 'done' || !upload.bucket || !upload.key)
    throw new AppFailure({
      code: 'NotUploaded',
      message: 'This session is not in the bucket, so there is nothing to link to.',
      action: 'Upload it first.',
    });
  const destination = await config.loadWithSecret();
  if (!destination) throw new AppFailure(settingsNeeded('SecretMissing'));
  if (destination.endpoint !== upload.endpoint)
    throw new AppFailure({
      code: 'OtherDestination',
      message: 'This session was uploaded to another server than the one in the settings.',
      action: 'Set the former destination again to make a link.',
      details: `uploaded to ${upload.endpoint ?? 'Amazon S3'}, bucket ${upload.bucket}`,
    });
  // Taken before signing, so that the link never ends earlier than was said.
  const expiresAt = clock.now() + expiresInSeconds * 1000;
  const url = await presign({ ...destination, bucket: upload.bucket }, upload.key, expiresInSeconds);
  return { url, expiresAt };
}
