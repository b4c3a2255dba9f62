import type { Page } from '@playwright/test';
import { describeProblem } from '../../src/shared/text/uploadErrors';
import { describeFields } from '../../src/shared/text/settingsErrors';
import { ok, refused, type Replies } from './fakeBridge';
import {
  calmApp,
  captureOptions,
  NOW_MS,
  recordingState,
  resetOnTheWay,
  running,
  savedConfig,
  sessionAt,
  uploadAt,
  wrongSecret,
} from './samples';

/** A state of the app worth looking at: what main answers, and what the user does to get there. */
export type UiState = {
  page?: 'toolbar';
  /** Looked at in a low window, too. */
  low?: true;
  replies: Replies;
  sessions?: true;
  act?: (page: Page) => Promise<void>;
};

const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const listFailed = {
  code: 'EACCES',
  message: 'The sessions could not be read.',
  action: 'Check that you may read the folder they lie in.',
  details: 'EACCES: permission denied, scandir /home/someone/.config/session-recorder/sessions',
};
const httpsOnly = describeProblem({
  code: 'ForeignRedirect',
  facts: { kind: 'https-only', server: 'minio.internal:9000', endpoint: 'https://minio.internal:9443' },
  details: 'PutObject: ForeignRedirect\nHTTP status 308',
});
const location = 's3://team-recordings/sessions/20261121-100006-0006/20261121-100006-0006.zip';

const uploads = [
  uploadAt(0, { bytesPerSecond: 5_200_000, secondsLeft: 14 }),
  uploadAt(1, { status: 'pending', progress: 0, bytesUploaded: 0, bytesKept: 0 }),
  uploadAt(2, {
    status: 'pending',
    retryCount: 3,
    reason: { kind: 'backoff', untilMs: NOW_MS + 12_000 },
    error: resetOnTheWay.message,
    errorDetail: resetOnTheWay,
  }),
  uploadAt(3, {
    status: 'pending',
    reason: { kind: 'network', untilMs: NOW_MS + 8_000, sinceMs: NOW_MS - 360_000 },
  }),
  uploadAt(4, { reason: { kind: 'throttled', untilMs: NOW_MS + 20_000 } }),
  uploadAt(5, {
    status: 'failed',
    reason: { kind: 'needs-user', code: wrongSecret.code },
    error: wrongSecret.message,
    errorDetail: wrongSecret,
  }),
  uploadAt(6, { status: 'done', progress: 100, bytesUploaded: 126_400_000 }, { location }),
];

/** Uploads that were held up, others on their way, and what was not begun. */
const mixed = [
  uploadAt(0, { status: 'pending', reason: { kind: 'paused' } }),
  uploadAt(1, { status: 'pending', progress: 0, bytesUploaded: 0, bytesKept: 0, reason: { kind: 'paused' } }),
  uploadAt(2, { bytesPerSecond: 5_200_000, secondsLeft: 14 }),
  sessionAt(3),
  sessionAt(4),
];
const uploaded = [uploadAt(0, { status: 'done', progress: 100 }, { location }), sessionAt(1)];

const changed = [
  uploadAt(0, { status: 'done', progress: 100 }, { location, changedSinceUpload: true }),
  uploadAt(1, { status: 'done', progress: 100 }, { location }),
];

const { endpoint: _endpoint, ...amazonConfig } = savedConfig;
const capabilities = { checksumAlgorithm: 'CRC32', conditionalWrites: true, listParts: true } as const;

const chooseLink = async (page: Page) => {
  await press('Copy link…')(page);
  await page.getByRole('menuitem', { name: '7 days' }).click();
};

const recordings = [
  sessionAt(0),
  sessionAt(1, { condition: 'exporting', isExported: false, exportProgress: 63, fileSizeBytes: undefined }),
  sessionAt(2, { condition: 'interrupted', isExported: false, absentFiles: [], fileSizeBytes: undefined }),
  sessionAt(3, {
    condition: 'export-failed',
    absentFiles: [],
    isExported: false,
    fileSizeBytes: undefined,
    problem: {
      code: 'ENOSPC',
      message: 'There was not enough room on the disk for the bundle.',
      action: 'Free 1.2 GB and export again.',
    },
  }),
  sessionAt(4, {
    condition: 'damaged',
    isExported: false,
    actionCount: 1,
    screenshotCount: 1,
    durationMs: undefined,
    problem: {
      code: 'CorruptFile',
      message: 'session.json could not be read and was put aside.',
      action: 'Look at the folder; the video may still play.',
      details: 'session.json.corrupt-1763735400000',
    },
  }),
  sessionAt(5, { condition: 'finalising', isExported: false, fileSizeBytes: undefined }),
];

/** What a crash left, on its way home and there. */
const cutOff = [
  sessionAt(0, { condition: 'repairing', isExported: false, fileSizeBytes: undefined }),
  sessionAt(1, {
    ...{ condition: 'interrupted', isExported: false, absentFiles: [], fileSizeBytes: undefined },
    problem: {
      code: 'Interrupted',
      message: 'The recording was cut off; everything written until then was kept.',
      action: 'Export it to use what was recorded.',
    },
  }),
  sessionAt(2, { wasInterrupted: true }),
  uploadAt(3, { status: 'done', progress: 100 }, { location, wasInterrupted: true }),
];

const long = 'x'.repeat(120);
const longNames = uploadAt(
  0,
  { status: 'done', progress: 100 },
  { location: `s3://${long}/${long}/a/very/deep/prefix/that/never/ends/${long}.zip` },
);

const missing = [
  { name: 'video' as const, available: true },
  { name: 'microphone' as const, available: false, why: 'No microphone is connected.' },
  {
    name: 'pointer' as const,
    available: false,
    why: 'This desktop (Wayland) does not let programs see the mouse.',
  },
  {
    name: 'keyboard' as const,
    available: false,
    why: 'This desktop (Wayland) does not let programs see keys.',
  },
];

export const states: Readonly<Record<string, UiState>> = {
  'record-ready': { low: true, replies: calmApp([]) },
  'record-loading': { replies: calmApp([], { getCaptureOptions: undefined }) },
  'record-nothing': { replies: calmApp([], { getCaptureOptions: ok({ ...captureOptions, sources: [] }) }) },
  'record-missing': {
    low: true,
    replies: calmApp([], {
      getCaptureOptions: ok({ ...captureOptions, capabilities: missing, microphoneAvailable: false }),
    }),
  },
  'record-error': { replies: calmApp([], { getCaptureOptions: refused(listFailed) }) },
  'record-starting': {
    replies: calmApp([], { getRecordingState: ok(recordingState({ phase: 'starting' })) }),
  },
  'record-running': { replies: calmApp([], { getRecordingState: ok(running) }) },
  'record-paused': { replies: calmApp([], { getRecordingState: ok({ ...running, phase: 'paused' }) }) },
  'record-no-picture': {
    replies: calmApp([], { getRecordingState: ok({ ...running, framesArriving: false }) }),
  },
  'record-stopping': { replies: calmApp([], { getRecordingState: ok({ ...running, phase: 'stopping' }) }) },
  'record-problem': {
    replies: calmApp([], {
      getRecordingState: ok(
        recordingState({
          problem: {
            code: 'DiskFull',
            message: 'The recording stopped because the disk is nearly full.',
            action: 'Free some space before the next recording. What was recorded is in the list.',
          },
        }),
      ),
      getNotices: ok([{ id: 'n1', kind: 'warning', error: listFailed }]),
    }),
  },
  'sessions-empty': { sessions: true, replies: calmApp([]) },
  'sessions-loading': { sessions: true, replies: calmApp([], { listSessions: undefined }) },
  'sessions-error': { sessions: true, replies: calmApp([], { listSessions: refused(listFailed) }) },
  'sessions-no-destination': {
    sessions: true,
    replies: calmApp([sessionAt(0)], { getUploadConfig: ok({ config: null, systemEncrypts: true }) }),
  },
  'sessions-uploads': { sessions: true, replies: calmApp(uploads) },
  'sessions-paused': { sessions: true, replies: calmApp(mixed) },
  'sessions-all-queued': {
    sessions: true,
    replies: calmApp(mixed, { uploadAllSessions: ok({ queued: 2 }) }),
    act: press('Upload all'),
  },
  'sessions-changed-since-upload': { sessions: true, replies: calmApp(changed) },
  'sessions-link-menu': { sessions: true, replies: calmApp(uploaded), act: press('Copy link…') },
  'sessions-link-copied': {
    sessions: true,
    replies: calmApp(uploaded, {
      makeDownloadLink: ok({ url: 'https://s3.example.com/x', expiresAt: NOW_MS + 604_800_000 }),
      copyText: ok(undefined),
    }),
    act: chooseLink,
  },
  'sessions-link-failed': {
    sessions: true,
    replies: calmApp(uploaded, { makeDownloadLink: refused(wrongSecret) }),
    act: chooseLink,
  },
  'sessions-same-minute': {
    sessions: true,
    replies: calmApp([
      sessionAt(0),
      sessionAt(1, { createdAt: NOW_MS - 20 * 60_000 + 20_000, endedAt: NOW_MS }),
      sessionAt(2),
    ]),
  },
  'sessions-cut-off': { sessions: true, low: true, replies: calmApp(cutOff) },
  'sessions-recordings': { sessions: true, replies: calmApp(recordings) },
  'sessions-long-names': { sessions: true, replies: calmApp([longNames]) },
  'sessions-many': {
    sessions: true,
    replies: calmApp(Array.from({ length: 10_000 }, (_, n) => sessionAt(n))),
  },
  'sessions-delete': { sessions: true, replies: calmApp([sessionAt(0)]), act: press('Delete') },
  'settings-saved': { sessions: true, replies: calmApp([sessionAt(0)]), act: press('Settings') },
  'settings-advanced': {
    sessions: true,
    replies: calmApp([], {
      getUploadConfig: ok({
        config: {
          ...{ ...savedConfig, maxBytesPerSecond: 2_500_000, caFile: '/etc/ssl/certs/team-ca.pem' },
          ...{ encryption: 'sse-kms', kmsKeyId: 'alias/recordings', storageClass: 'STANDARD_IA' },
          objectTags: { team: 'research', 'cost centre': '42' },
        },
        systemEncrypts: true,
        capabilities,
      }),
    }),
    act: async (page) => {
      await press('Settings')(page);
      await press('Advanced')(page);
      await page.getByLabel('Bucket', { exact: true }).fill('another-bucket');
      await press('Show IAM policy')(page);
      await page.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded();
    },
  },
  'settings-https-suggested': {
    sessions: true,
    replies: calmApp([], {
      validateUploadConfig: ok({
        valid: false,
        suggestedEndpoint: 'https://minio.internal:9443',
        error: httpsOnly,
      }),
    }),
    act: async (page) => {
      await press('Settings')(page);
      await press('Test connection')(page);
      await page.getByRole('button', { name: 'Use https://minio.internal:9443' }).scrollIntoViewIfNeeded();
    },
  },
  'settings-iam-policy': {
    sessions: true,
    replies: calmApp([], {
      getUploadConfig: ok({ config: amazonConfig, systemEncrypts: true, capabilities }),
      copyText: ok(undefined),
    }),
    act: async (page) => {
      await press('Settings')(page);
      await press('Show IAM policy')(page);
      await press('Copy policy')(page);
      await page.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded();
    },
  },
  'settings-consents': {
    sessions: true,
    replies: calmApp([], {
      getUploadConfig: ok({
        config: { ...savedConfig, endpoint: 'http://127.0.0.1:9000' },
        systemEncrypts: false,
      }),
    }),
    act: press('Settings'),
  },
  'settings-failed-test': {
    sessions: true,
    replies: calmApp([], { validateUploadConfig: ok({ valid: false, error: wrongSecret }) }),
    act: async (page) => {
      await press('Settings')(page);
      await press('Test connection')(page);
      await press('Details')(page);
    },
  },
  'settings-wrong-fields': {
    sessions: true,
    replies: calmApp([], {
      setUploadConfig: ok({
        saved: false,
        fieldErrors: describeFields({
          bucket: { kind: 'bucket-length' },
          partSizeBytes: { kind: 'part-size-out-of-range' },
        }),
      }),
    }),
    act: async (page) => {
      await press('Settings')(page);
      await press('Save')(page);
    },
  },
  'toolbar-running': { page: 'toolbar', replies: { getRecordingState: ok(running) } },
  'toolbar-paused': { page: 'toolbar', replies: { getRecordingState: ok({ ...running, phase: 'paused' }) } },
  'toolbar-no-picture': {
    page: 'toolbar',
    replies: { getRecordingState: ok({ ...running, framesArriving: false, elapsedMs: 36_754_000 }) },
  },
};
