import type { AppError } from '../../src/shared/appError';
import type { CaptureOptions, RecordingState, ShortcutsInEffect } from '../../src/shared/recording';
import { defaultRecordingSettings } from '../../src/shared/recordingSettings';
import type { SessionListItem } from '../../src/shared/session';
import { describeUpload } from '../../src/shared/text/uploadErrors';
import type { UploadConfigView, UploadProgressPayload } from '../../src/shared/upload';
import { ok, type Replies } from './fakeBridge';

/** The instant at which every page of these specs lives: Saturday, 21 November 2026, 14:30 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 21, 14, 30);
const HOUR_MS = 3_600_000;

/** The id of the `n`th session, newest first. */
export function idOf(n: number): string {
  return `20261121-${String(100_000 + n)}-${n.toString(16).padStart(4, '0')}`;
}

/** The `n`th session, `n` hours and 20 minutes old, exported and not uploaded unless told otherwise. */
export function sessionAt(n: number, changes: Partial<SessionListItem> = {}): SessionListItem {
  const createdAt = NOW_MS - n * HOUR_MS - 20 * 60_000;
  return {
    sessionId: idOf(n),
    createdAt,
    endedAt: createdAt + 245_000,
    durationMs: 245_000,
    actionCount: 1234,
    screenshotCount: 56,
    fileSizeBytes: 126_400_000,
    zipPath: `/home/someone/sessions/${idOf(n)}/${idOf(n)}.zip`,
    isExported: true,
    uploadStatus: 'not_uploaded',
    condition: 'exported',
    ...changes,
  };
}

/** The `n`th session with an upload in the state given. */
export function uploadAt(
  n: number,
  changes: Partial<UploadProgressPayload>,
  session: Partial<SessionListItem> = {},
): SessionListItem {
  const upload = progressOf(n, changes);
  return sessionAt(n, { uploadStatus: upload.status, uploadProgress: upload.progress, upload, ...session });
}

export function progressOf(n: number, changes: Partial<UploadProgressPayload> = {}): UploadProgressPayload {
  return {
    sessionId: idOf(n),
    status: 'uploading',
    bytesUploaded: 53_088_000,
    bytesKept: 33_554_432,
    totalBytes: 126_400_000,
    progress: 42,
    retryCount: 0,
    maxRetries: 10,
    ...changes,
  };
}

export const wrongSecret: AppError = describeUpload({
  code: 'SignatureDoesNotMatch',
  facts: { kind: 'secret-wrong' },
  details: 'HTTP 403 SignatureDoesNotMatch, request id tx0000012ab-00691f-1',
});

export const resetOnTheWay: AppError = describeUpload({
  code: 'ECONNRESET',
  facts: { kind: 'broken-off', server: 's3.example.com' },
  details: 'ECONNRESET while sending part 7',
});

export const savedConfig: UploadConfigView = {
  bucket: 'team-recordings',
  region: 'eu-central-1',
  keyPrefix: 'sessions/',
  endpoint: 'https://s3.example.com',
  forcePathStyle: true,
  accessKeyId: 'AKIAEXAMPLE0001',
  secretAccessKey: { configured: true, last4: 'w7Qz' },
  sessionToken: { configured: false },
  maxRetries: 10,
  partSizeBytes: 10 * 1024 * 1024,
  secretStorage: 'encrypted',
};

/** A plain picture of a desktop or window, as a thumbnail. */
function thumbnail(background: string, windowColor: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180" fill="${background}"/><rect x="40" y="28" width="190" height="120" rx="6" fill="${windowColor}"/><rect x="40" y="28" width="190" height="16" rx="6" fill="#94a3b8"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

export const shortcuts: ShortcutsInEffect = {
  startStop: 'CommandOrControl+Shift+F9',
  pauseResume: 'CommandOrControl+Shift+F10',
  redact: 'CommandOrControl+Shift+F11',
};

export const captureOptions: CaptureOptions = {
  sources: [
    { id: 'window:7', name: 'Editor', kind: 'window', thumbnail: thumbnail('#e2e8f0', '#1e293b') },
    { id: 'screen:1', name: 'Built-in display', kind: 'screen', thumbnail: thumbnail('#334e68', '#f8fafc') },
    { id: 'screen:2', name: 'DELL U2723QE', kind: 'screen', thumbnail: '' },
    {
      id: 'window:8',
      name: 'Quarterly report for the whole of the northern region, final draft (3).xlsx - Spreadsheet',
      kind: 'window',
      thumbnail: thumbnail('#dcfce7', '#166534'),
    },
  ],
  capabilities: [
    { name: 'video', available: true },
    { name: 'microphone', available: true },
    { name: 'pointer', available: true },
    { name: 'keyboard', available: true },
    { name: 'screenshots', available: true },
    { name: 'window-capture', available: true },
    { name: 'active-window', available: true },
  ],
  microphoneAvailable: true,
  shortcuts,
};

export function recordingState(changes: Partial<RecordingState> = {}): RecordingState {
  return {
    phase: 'idle',
    elapsedMs: 0,
    atMs: NOW_MS,
    actionCount: 0,
    screenshotCount: 0,
    videoBytes: 0,
    framesArriving: true,
    ...changes,
  };
}

export const running = recordingState({
  phase: 'recording',
  sessionId: idOf(0),
  elapsedMs: 754_000,
  actionCount: 1482,
  screenshotCount: 97,
  videoBytes: 88_300_000,
});

/** An app in which all is well: a destination, these sessions, nothing recorded just now. */
export function calmApp(sessions: SessionListItem[], more: Replies = {}): Replies {
  return {
    listSessions: ok(sessions),
    getUploadConfig: ok({ config: savedConfig, systemEncrypts: true }),
    listAwsProfiles: ok([]),
    getCaptureOptions: ok(captureOptions),
    getRecordingState: ok(recordingState()),
    getRecordingSettings: ok(defaultRecordingSettings),
    getPermissions: ok([]),
    getNotices: ok([]),
    ...more,
  };
}
