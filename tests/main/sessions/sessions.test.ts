import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppError } from '../../../src/shared/appError';
import type { SessionHeader } from '../../../src/shared/session';
import { createSessions } from '../../../src/main/sessions/createSessions';
import { sessionPaths } from '../../../src/main/sessions/sessionPaths';
import { recordedHeader } from '../../fixtures/recordedHeader';
import { FakeClock } from '../../fakes/FakeClock';
import { SilentLog } from '../../fakes/SilentLog';

const DAY_MS = 24 * 60 * 60 * 1000;
const ID = '20261101-101500-00ab';

async function house() {
  const sessionsDir = await mkdtemp(path.join(tmpdir(), 'sessions-'));
  onTestFinished(() => rmSync(sessionsDir, { recursive: true, force: true }));
  const clock = new FakeClock();
  const reported: AppError[] = [];
  const report = (_kind: string, error: AppError) => void reported.push(error);
  const sessions = createSessions({ sessionsDir, clock, log: new SilentLog(), report });
  return { sessionsDir, clock, reported, sessions, paths: sessions.paths(ID) };
}

function header(more: Partial<SessionHeader> = {}): SessionHeader {
  return recordedHeader(ID, { endedAt: 1_790_000_005_000, durationUs: 5_000_000, ...more });
}

// Node's own recursive mkdir never ends there.
it.runIf(process.platform === 'linux')('says why the folder of sessions cannot be made', async () => {
  const report = () => undefined;
  const parts = { sessionsDir: '/proc/sessions/all', clock: new FakeClock(), log: new SilentLog(), report };
  await expect(createSessions(parts).create(header())).rejects.toThrow('/proc/sessions');
});

describe('the list of sessions', () => {
  it('names each condition by what the files say', async () => {
    const { sessions, paths } = await house();
    const conditions: unknown[] = [];
    const look = async () => conditions.push((await sessions.list())[0]?.condition);
    await sessions.create(header({ state: 'interrupted' }));
    await look();
    await sessions.writeHeader(header());
    await look();
    await writeFile(paths.bundle, 'zip');
    await sessions.saveSessionMeta(ID);
    await sessions.markExported(ID);
    await look();
    await rm(paths.bundle);
    await look();
    sessions.setActivity(ID, { condition: 'exporting', exportProgress: 40 });
    await look();
    expect(conditions).toEqual(['interrupted', 'export-failed', 'exported', 'export-failed', 'exporting']);
  });

  it('tells the size of the bundle as it is now, whatever its summary says', async () => {
    const { sessions, paths } = await house();
    await sessions.create(header());
    await writeFile(paths.bundle, 'zip');
    await sessions.saveSessionMeta(ID);
    await sessions.markExported(ID);
    const size = async () => (await sessions.list())[0]?.fileSizeBytes;
    expect(await size()).toBe(3);
    await writeFile(paths.bundle, 'written over');
    expect(await size()).toBe(12);
    await rm(paths.bundle);
    expect(await size()).toBeUndefined();
  });

  it('forgets the trouble of a session whose folder was taken away', async () => {
    const { sessions, paths } = await house();
    await sessions.create(header({ state: 'interrupted' }));
    const problem = { code: 'FilesMissing', message: '', action: '' };
    sessions.setActivity(ID, { condition: 'export-failed', problem });
    await rename(paths.folder, `${paths.folder}.aside`);
    expect(await sessions.list()).toEqual([]);
    await rename(`${paths.folder}.aside`, paths.folder);
    expect((await sessions.list())[0]?.condition).toBe('interrupted');
  });

  it('keeps a session with a damaged header, sets the file aside and says so', async () => {
    const { sessions, paths, reported, clock } = await house();
    await sessions.create(header());
    await writeFile(paths.header, '{"version":1,');
    expect(await sessions.list()).toMatchObject([{ sessionId: ID, condition: 'damaged' }]);
    expect(existsSync(`${paths.header}.corrupt-${clock.now()}`)).toBe(true);
    expect(reported).toMatchObject([{ code: 'FileDamaged' }]);
  });

  it('keeps listing the others when one cannot be read', async () => {
    const { sessions } = await house();
    const newer = '20261101-101500-00ac';
    await sessions.create(header());
    await sessions.create(header({ sessionId: newer }));
    await writeFile(sessions.paths(newer).header, '{"version":2}');
    expect(await sessions.list()).toMatchObject([
      { sessionId: newer, condition: 'damaged', problem: { code: 'NewerFile' } },
      { sessionId: ID, condition: 'export-failed' },
    ]);
  });

  it('summarises from the files: counts, first segment, bundle', async () => {
    const { sessions, paths } = await house();
    await sessions.create(header());
    await writeFile(paths.actionsLog, '{"type":"pause","tUs":1}\n{"type":"resume","tUs":2}\n{"type":"pau');
    await writeFile(paths.screenshotsLog, '{}\n');
    await writeFile(path.join(paths.videoDir, '0001.mp4'), '');
    await writeFile(path.join(paths.videoDir, '0002.mp4'), 'video');
    await writeFile(paths.bundle, '12345');
    expect(await sessions.saveSessionMeta(ID)).toEqual({
      version: 1,
      sessionId: ID,
      createdAt: 1_790_000_000_000,
      endedAt: 1_790_000_005_000,
      actionCount: 2,
      screenshotCount: 1,
      videoRef: 'video/0002.mp4',
      zipPath: paths.bundle,
      fileSizeBytes: 5,
    });
  });

  it('lists two thousand exported sessions, newest first, and reads them again only where something changed', async () => {
    const { sessions, sessionsDir } = await house();
    const ids = Array.from({ length: 2000 }, (_, n) => `20261101-101500-${n.toString(16).padStart(4, '0')}`);
    // Synchronously: eight thousand small calls, each dearer to wait for than to make.
    for (const [at, id] of ids.entries()) {
      const paths = sessionPaths(sessionsDir, id);
      const meta = { sessionId: id, createdAt: at, endedAt: at, actionCount: 1, screenshotCount: 1 };
      mkdirSync(paths.folder);
      writeFileSync(paths.meta, JSON.stringify({ version: 1, ...meta }));
      writeFileSync(paths.bundle, '');
      writeFileSync(paths.exportedMarker, '');
    }
    const began = performance.now();
    const rows = await sessions.list();
    const first = performance.now();
    // Written in place, which tells nobody: whoever reads it again finds it damaged.
    for (const id of ids) writeFileSync(sessionPaths(sessionsDir, id).meta, 'no summary');
    const written = performance.now();
    const again = await sessions.list();
    const second = performance.now();
    console.log(
      `2,000 sessions: first list ${Math.round(first - began)} ms, again ${Math.round(second - written)} ms`,
    );
    expect(rows).toHaveLength(2000);
    expect(rows[0]).toMatchObject({ sessionId: ids.at(-1), condition: 'exported' });
    expect(again).toEqual(rows);
  }, 120_000);
});

describe('a new session', () => {
  it('is refused where one of its id is, which keeps what it holds', async () => {
    const { sessions, paths } = await house();
    await sessions.create(header());
    await expect(sessions.create(header({ state: 'recording' }))).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await sessions.readHeader(ID)).toEqual(header());
    expect(existsSync(paths.videoDir)).toBe(true);
  });
});

describe('clean-up', () => {
  type Case = {
    what: string;
    goes: boolean;
    ageMs?: number;
    claimed?: boolean;
    busy?: boolean;
    fill?: (paths: ReturnType<typeof sessionPaths>) => Promise<void>;
  };
  const write = (pick: (p: ReturnType<typeof sessionPaths>) => string, text: string) => ({
    fill: (paths: ReturnType<typeof sessionPaths>) => writeFile(pick(paths), text),
  });
  const cases: Case[] = [
    { what: 'an empty old session', goes: true },
    {
      what: 'one with an empty video and an empty log',
      goes: true,
      ...write((p) => path.join(p.videoDir, '0001.mp4'), ''),
    },
    { what: 'a young one', goes: false, ageMs: DAY_MS - 1 },
    { what: 'one exactly a day old', goes: false, ageMs: DAY_MS },
    { what: 'an exported one', goes: false, ...write((p) => p.exportedMarker, '') },
    { what: 'one an upload claims', goes: false, claimed: true },
    { what: 'one being worked on', goes: false, busy: true },
    { what: 'one with video', goes: false, ...write((p) => path.join(p.videoDir, '0001.mp4'), 'x') },
    { what: 'one with an action', goes: false, ...write((p) => p.actionsLog, '{"type":"pause","tUs":1}\n') },
    { what: 'one with a torn action', goes: false, ...write((p) => p.actionsLog, '{"type":"pau') },
    { what: 'one with a screenshot', goes: false, ...write((p) => p.screenshotsLog, '{}\n') },
    { what: 'one with a bundle', goes: false, ...write((p) => p.bundle, 'zip') },
    {
      what: 'one with a file of the user’s',
      goes: false,
      ...write((p) => path.join(p.folder, 'notes.txt'), ''),
    },
  ];

  it.each(cases)('$what: deleted = $goes', async ({ goes, ageMs, claimed, busy, fill }) => {
    const { sessions, paths, clock } = await house();
    const createdAt = clock.now() - (ageMs ?? DAY_MS + 1);
    await sessions.create(header({ createdAt, state: 'recording' }));
    await fill?.(paths);
    if (busy) sessions.setActivity(ID, { condition: 'recording' });
    const claims = async () => new Set(claimed ? [ID] : []);
    const deleted = await sessions.cleanupOrphanedSessions({ claimed: claims, now: clock.now() });
    expect(deleted).toEqual(goes ? [ID] : []);
    expect(existsSync(paths.folder)).toBe(!goes);
  });

  it('deletes nothing when the claims cannot be read', async () => {
    const { sessions, paths, clock } = await house();
    await sessions.create(header({ createdAt: 0 }));
    const claimed = () => Promise.reject(new Error('EIO'));
    await expect(sessions.cleanupOrphanedSessions({ claimed, now: clock.now() })).rejects.toThrow('EIO');
    expect(existsSync(paths.folder)).toBe(true);
  });

  it('finishes a deletion that was cut off', async () => {
    const { sessions, sessionsDir, clock } = await house();
    const left = path.join(sessionsDir, `${ID}.deleting`);
    await mkdir(left);
    await writeFile(path.join(left, 'x'), '');
    await sessions.cleanupOrphanedSessions({ claimed: async () => new Set(), now: clock.now() });
    expect(existsSync(left)).toBe(false);
  });
});

describe('containment', () => {
  it('refuses every id that is not one, whatever is made of it', async () => {
    const { sessions } = await house();
    const id = fc.oneof(
      fc.string(),
      fc.constantFrom('..', '../x', `${ID}/..`, `${ID}\u0000`, `/${ID}`, `${ID}\n`),
    );
    fc.assert(
      fc.property(id, (value) => {
        expect(() => sessions.paths(value)).toThrow('not a session');
      }),
    );
  });

  it('keeps every path of a session inside the folder of sessions', () => {
    const pieces = fc.tuple(
      fc.stringMatching(/^\d{8}$/),
      fc.stringMatching(/^\d{6}$/),
      fc.stringMatching(/^[0-9a-f]{4}$/),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const { bundleName, ...paths } = sessionPaths('/base/sessions', parts.join('-'));
        for (const each of [...Object.values(paths), path.join(paths.folder, bundleName)])
          expect(path.relative('/base/sessions', each).startsWith('..')).toBe(false);
      }),
    );
  });

  it('deletes a link, not what it points to', async () => {
    const { sessions, sessionsDir } = await house();
    const outside = await mkdtemp(path.join(tmpdir(), 'outside-'));
    onTestFinished(() => rm(outside, { recursive: true, force: true }));
    await writeFile(path.join(outside, 'precious'), 'x');
    await symlink(outside, path.join(sessionsDir, ID));
    await sessions.remove(ID);
    expect(existsSync(path.join(outside, 'precious'))).toBe(true);
  });
});

it.runIf(process.platform === 'linux')('many copied folders are read a few at a time', async () => {
  const { sessions, sessionsDir } = await house();
  for (let n = 0; n < 400; n += 1) {
    mkdirSync(path.join(sessionsDir, `copy ${n}`));
    writeFileSync(path.join(sessionsDir, `copy ${n}`, 'session.json'), JSON.stringify(header()));
  }
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  let [most, isListing] = [0, true];
  const watching = (async () => {
    for (; isListing; await new Promise(setImmediate)) most = Math.max(most, openFiles() - before);
  })();
  const rows = await sessions.listStrays();
  isListing = false;
  await watching;
  expect(rows).toHaveLength(400);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(60);
});

describe('the clean-up after a crash', () => {
  it('keeps a temporary whose file is missing, unless the file can be made again', async () => {
    const { sessions, paths } = await house();
    await sessions.create(header());
    const temporary = (file: string) => `${file}.0123456789abcdef.tmp`;
    const left = [paths.header, paths.actions, paths.bundle].map(temporary);
    for (const file of left) await writeFile(file, 'perhaps whole');
    await sessions.removeLeftovers(ID);
    expect(left.filter((file) => existsSync(file))).toEqual([temporary(paths.actions)]);
  });

  it('spares what is being written at that moment', async () => {
    const { sessions } = await house();
    await sessions.create(header());
    let isWriting = true;
    const cleaning = (async () => {
      while (isWriting) await sessions.removeLeftovers(ID);
    })();
    for (let durationUs = 1; durationUs <= 60; durationUs += 1)
      await sessions.writeHeader(header({ durationUs }));
    isWriting = false;
    await cleaning;
    expect(await sessions.readHeader(ID)).toMatchObject({ durationUs: 60 });
  });
});
