import type { Page } from '@playwright/test';
import type { AppError } from '../../src/shared/appError';
import { describeUpload } from '../../src/shared/text/uploadErrors';
import type { AwsProfileView, UploadConfigSnapshot, UploadConfigView } from '../../src/shared/upload';
import { ok } from './fakeBridge';
import { calmApp, NOW_MS, savedConfig, sessionAt, uploadAt } from './samples';
import type { UiState } from './states';

export const profiles: AwsProfileView[] = [
  { name: 'archive', kind: 'role', region: 'eu-west-1' },
  { name: 'default', kind: 'keys' },
  { name: 'team', kind: 'sso', region: 'eu-central-1' },
  { name: 'vault', kind: 'process' },
];

/** Settings on Amazon S3 that sign in with a profile. */
export const profileConfig: UploadConfigView = {
  ...savedConfig,
  endpoint: undefined,
  forcePathStyle: false,
  accessKeyId: '',
  secretAccessKey: { configured: false },
  awsProfile: 'team',
};

export const signInExpired: AppError = describeUpload({
  code: 'SsoSessionExpired',
  facts: { kind: 'sign-in-expired', profile: 'team', command: 'sso' },
  details: 'CredentialsProviderError: Token is expired.',
});

/** As above, on a network with a proxy. */
export const behindProxy: UploadConfigSnapshot = {
  config: profileConfig,
  systemEncrypts: true,
  capabilities: { checksumAlgorithm: 'CRC32', conditionalWrites: true, listParts: true },
  proxy: { name: 'proxy.corp.example:3128', variable: 'HTTPS_PROXY' },
};

const withProfile = {
  getUploadConfig: ok({ config: profileConfig, systemEncrypts: true }),
  listAwsProfiles: ok(profiles),
};
const openSettings = (page: Page) => page.getByRole('button', { name: 'Settings', exact: true }).click();

/** A server that took the connection and says nothing. */
const silent = uploadAt(0, {
  ...{ progress: 0, bytesUploaded: 0, bytesKept: 0 },
  awaits: { from: 's3.example.com', afterMs: NOW_MS - 1000 },
});

/** What signing in with a profile looks like, and an upload that waits for a server. */
export const profileStates: Record<string, UiState> = {
  'upload-silent': { sessions: true, replies: calmApp([silent, sessionAt(1)]) },
  'settings-profile': { sessions: true, replies: calmApp([sessionAt(0)], withProfile), act: openSettings },
  'settings-no-profiles': {
    sessions: true,
    replies: calmApp([], { listAwsProfiles: ok([]) }),
    act: async (page) => {
      await openSettings(page);
      await page.getByText('AWS profile', { exact: true }).click();
    },
  },
  'settings-proxy': {
    sessions: true,
    replies: calmApp([], { ...withProfile, getUploadConfig: ok(behindProxy) }),
    act: async (page) => {
      await openSettings(page);
      await page.getByText('proxy.corp.example:3128').scrollIntoViewIfNeeded();
    },
  },
  'settings-profile-failed-test': {
    sessions: true,
    replies: calmApp([], {
      ...withProfile,
      validateUploadConfig: ok({ valid: false, error: signInExpired }),
    }),
    act: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.getByText(signInExpired.message).waitFor();
    },
  },
  'upload-signed-out': {
    sessions: true,
    replies: calmApp(
      [
        uploadAt(0, {
          status: 'failed',
          reason: { kind: 'needs-user', code: signInExpired.code },
          error: signInExpired.message,
          errorDetail: signInExpired,
        }),
      ],
      withProfile,
    ),
  },
};
