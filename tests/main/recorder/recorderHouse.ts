import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../../eventually';
import type { AppError } from '../../../src/shared/appError';
import { actionsFileSchema, type Action } from '../../../src/shared/session';
import { freeBytes } from '../../../src/lib/freeBytes';
import { openToAppend, writeNewFile } from '../../../src/lib/guardedFiles';
import { createExporter } from '../../../src/main/recorder/bundle/exporter';
import { createRecorder } from '../../../src/main/recorder/recorder';
import { createRecordingSettingsStore } from '../../../src/main/recordingSettings';
import { createSessions } from '../../../src/main/sessions/createSessions';
import type { Random } from '../../../src/shared/runtime';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeRecorderPlatform } from '../../fakes/FakeRecorderPlatform';
import { SilentLog } from '../../fakes/SilentLog';

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'recorder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Numbers instead of chance. */
export function countingRandom(): Random {
  let count = 0;
  return {
    uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    hex: (digits) =>
      String((count += 1))
        .padStart(digits, '0')
        .slice(-digits),
  };
}

/**
 * A recorder on a real folder, with the host faked and the clock in the test's hands.
 * @param folder where its sessions lie instead of a folder of its own
 */
export async function recorderHouse(folder?: string) {
  const sessionsDir = folder ?? path.join(await temporaryFolder(), 'sessions');
  const clock = new FakeClock();
  const log = new SilentLog();
  const platform = new FakeRecorderPlatform(clock);
  /** The room on the disk; a test may set another. */
  const disk = { freeBytes: () => freeBytes(sessionsDir) };
  /** Files for which the disk has a name and no room: Linux's device, which is always full, takes their bytes. */
  const fullFiles = new Set<string>();
  const files = {
    async openToAppend(file: string) {
      const handle = await openToAppend(file);
      if (!fullFiles.has(file)) return handle;
      await handle.close();
      return open('/dev/full', 'a');
    },
    writeNewFile: (file: string, content: Uint8Array) =>
      fullFiles.has(file) ? writeFile('/dev/full', content) : writeNewFile(file, content),
  };
  const notices: AppError[] = [];
  const report = (_kind: string, error: AppError) => void notices.push(error);
  const withdraw = (code: string) =>
    void notices.splice(0, Infinity, ...notices.filter((notice) => notice.code !== code));
  const sessions = createSessions({ sessionsDir, clock, log, report });
  const exporter = createExporter({ sessions, log, broadcast: platform.windows.broadcast });
  const random = countingRandom();
  const settings = createRecordingSettingsStore({
    clock,
    log,
    report,
    file: path.join(sessionsDir, '..', 'recording-settings.json'),
  });
  const recorder = createRecorder({
    platform,
    sessions,
    exporter,
    clock,
    random,
    log,
    report,
    withdraw,
    sessionsDir,
    settings,
    freeBytes: () => disk.freeBytes(),
    disk: files,
  });
  platform.page = {
    report: (report) => recorder.captureReport(report),
    chunk: (token, bytes, end) => recorder.captureChunk(token, bytes, end),
    screenshot: (requestId, bytes) => recorder.captureScreenshot(requestId, bytes),
  };
  const start = (more = {}) => recorder.start({ sourceId: 'screen:0', microphone: false, ...more });
  /** The page's report of frames, which was `lateMs` on its way; its clock began half a second after ours. */
  const framesSeen = (
    frames: { ageMs: number; ptsUs: number }[] = [],
    { lateMs = 0, muted = false, waitingMs }: { lateMs?: number; muted?: boolean; waitingMs?: number } = {},
  ) => {
    const sentAtMs = clock.monotonicUs() / 1000 - 500 - lateMs;
    const { token } = platform;
    recorder.captureReport({ kind: 'frames', token, sentAtMs, muted, waitingMs, frames });
  };
  /** A chunk of the segment of `token`, on its way for `lateMs`, which holds the picture until `ageMs` before that. */
  const chunk = (token: string, content: string | Uint8Array, { ageMs = 0, lateMs = 0 } = {}) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const { sentAtMs } = platform.chunkEnd(ageMs);
    return recorder.captureChunk(token, bytes, { sentAtMs: sentAtMs - lateMs, ageMs });
  };
  const sessionId = () => recorder.state().sessionId!;
  const text = (id: string, name: string) => readFile(path.join(sessionsDir, id, name), 'utf8');
  /** Lets time pass while input process and capture page beat, as they do when all is well. */
  const pass = (ms: number, beating = { input: true, page: true }) => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(500, left));
      if (beating.input) platform.input.say({ kind: 'alive', atUs: clock.monotonicUs() });
      if (beating.page) framesSeen();
    }
  };
  onTestFinished(async () => {
    await recorder.shutdown();
    await exporter.shutdown();
  });
  return {
    notices,
    pass,
    sessionsDir,
    clock,
    log,
    platform,
    sessions,
    exporter,
    recorder,
    disk,
    fullFiles,
    random,
    settings,
    start,
    framesSeen,
    chunk,
    sessionId,
    text,
  };
}

export type House = Awaited<ReturnType<typeof recorderHouse>>;

/** The values of a file with one JSON value a line. */
export const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** What `actions.json` holds. */
export async function actionsOf(house: House, id: string): Promise<Action[]> {
  return actionsFileSchema.parse(JSON.parse(await house.text(id, 'actions.json'))).actions;
}

/** A press and a release of the left button. */
export function click(house: House, x: number, y: number): void {
  const atUs = house.clock.monotonicUs();
  const at = { atUs, x, y, button: 1, mask: 0 };
  house.platform.input.say({
    kind: 'events',
    events: [
      { kind: 'press', ...at },
      { kind: 'release', ...at },
    ],
  });
}

/** Waits until the export that follows a stop has ended. */
export const exported = (house: House, id: string) =>
  eventually(async () => {
    expect(await house.sessions.isExported(id)).toBe(true);
    expect(house.exporter.isExporting(id)).toBe(false);
  });
