import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import yauzl from 'yauzl';
import { createExporter } from '../../../src/main/recorder/bundle/exporter';
import { createSalvage } from '../../../src/main/recorder/recovery/salvage';
import { createSessions } from '../../../src/main/sessions/createSessions';
import type { Holder } from '../../../src/lib/systemHolder';
import type { AppError } from '../../../src/shared/appError';
import type { SessionHeader } from '../../../src/shared/session';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeRecorderPlatform } from '../../fakes/FakeRecorderPlatform';
import { SilentLog } from '../../fakes/SilentLog';
import { temporaryFolder } from './recorderHouse';

export const ID = '20261101-101500-00ab';

export function header(more: Partial<SessionHeader> = {}): SessionHeader {
  return {
    version: 1,
    sessionId: ID,
    state: 'finished',
    createdAt: 1_790_000_000_000,
    durationUs: 5_000_000,
    app: { name: 'Session Recorder', version: '0.0.1' },
    os: { platform: 'linux', release: '6', arch: 'x64' },
    source: { id: 's', name: '<img src=x onerror=alert(1)>', kind: 'window' },
    geometry: [],
    clocks: [],
    capabilities: [{ name: 'microphone', available: false, why: 'No "microphone" & no sound' }],
    redaction: { keyCodesRecorded: false },
    microphone: false,
    ...more,
  };
}

export const press = {
  type: 'press',
  tUs: 1_000_000,
  display: '1',
  epoch: 0,
  x: 5,
  y: 6,
  button: 1,
  modifiers: [],
};

/** A recorded session as it lies there before its export. */
export async function recorded(more: Partial<SessionHeader> = {}, tail = '') {
  const clock = new FakeClock();
  const log = new SilentLog();
  const platform = new FakeRecorderPlatform(clock);
  const { broadcast } = platform.windows;
  const sessionsDir = await temporaryFolder();
  const sessions = createSessions({ sessionsDir, clock, log, report: () => {} });
  const paths = await sessions.create(header(more));
  await writeFile(
    paths.actionsLog,
    `${JSON.stringify({ type: 'pause', tUs: 1 })}\n${JSON.stringify(press)}\n${tail}`,
  );
  await writeFile(path.join(paths.videoDir, '0001.mp4'), Buffer.alloc(300_000, 7));
  await writeFile(path.join(paths.screenshotsDir, '000001.jpg'), 'jpeg');
  const shot = { tUs: 1_000_000, file: 'screenshots/000001.jpg', trigger: 'press', width: 4, height: 4 };
  await writeFile(paths.screenshotsLog, `${JSON.stringify(shot)}\n`);
  await writeFile(paths.frames, '');
  const exporter = createExporter({ sessions, log, broadcast });
  return { clock, log, platform, sessions, sessionsDir, paths, exporter };
}

export async function unzip(file: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    contents.set(entry.fileName, Buffer.concat(chunks));
    expect(entry.compressionMethod).toBe(0);
  }
  return contents;
}

/** The app's next start on those files: another process, as far as they can tell. */
export function nextStart({ sessionsDir, clock }: Recorded, holder?: Holder) {
  const log = new SilentLog();
  const { broadcast } = new FakeRecorderPlatform(clock).windows;
  const notices: AppError[] = [];
  const report = (_kind: string, error: AppError) => void notices.push(error);
  const sessions = createSessions({ sessionsDir, clock, log, report, holder });
  const exporter = createExporter({ sessions, log, broadcast });
  const salvage = createSalvage({ sessions, exporter, clock, log, report });
  const row = async () => (await sessions.list())[0];
  return { sessions, exporter, salvage, log, notices, row };
}

type Recorded = Awaited<ReturnType<typeof recorded>>;
