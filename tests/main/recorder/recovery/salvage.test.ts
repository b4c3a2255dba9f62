import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionsFileSchema, sessionHeaderSchema } from '../../../../src/shared/session';
import { eventually } from '../../../eventually';
import { ID, nextStart, recorded, unzip } from '../recordedSession';

const self = { pid: 2, host: 'here', isAlive: () => true };

describe('a recording cut off by a crash', () => {
  it('is repaired and exported at the next start without a click, and goes on saying that it was interrupted', async () => {
    const before = await recorded({ state: 'recording' }, '{"type":"pre');
    const { paths } = before;
    await writeFile(paths.partialBundle, 'half');
    const frame = `${JSON.stringify({ tUs: 0, segment: 'video/0001.mp4', ptsUs: 0 })}\n`;
    await writeFile(paths.frames, `${frame}{"tUs":33`);
    const shots = await readFile(paths.screenshotsLog, 'utf8');
    await writeFile(paths.screenshotsLog, `${shots}{"tU`);
    const { salvage, notices, log, row } = nextStart(before);
    expect(await salvage.find()).toEqual([ID]);
    expect(existsSync(paths.partialBundle)).toBe(false);
    expect(notices).toMatchObject([{ code: 'Recovered', details: ID }]);
    expect(notices[0]?.action).toContain('is being made');
    expect(await row()).toMatchObject({ condition: 'repairing', isExported: false, actionCount: 2 });
    await salvage.run();
    expect(await row()).toMatchObject({ condition: 'exported', isExported: true, wasInterrupted: true });
    // Of the same code and details, so that it takes the first one's place.
    expect(notices[1]).toMatchObject({ code: 'Recovered', details: ID, action: 'Its bundle has been made.' });

    const files = await unzip(paths.bundle);
    const { actions } = actionsFileSchema.parse(JSON.parse(files.get('actions.json')!.toString()));
    expect(actions.map(({ type }) => type)).toEqual(['pause', 'press']);
    expect(files.get('frames.jsonl')!.toString()).toBe(frame);
    expect(files.get('screenshots.jsonl')!.toString()).toBe(shots);
    expect(log.lines).toContainEqual(expect.objectContaining({ fields: { sessionId: ID, torn: 1 } }));
  });

  it('knows how long it was and how much of that was recorded', async () => {
    const pauses = [
      { type: 'resume', tUs: 3_000_000 },
      { type: 'pause', tUs: 5_000_000 },
      { type: 'resume', tUs: 7_000_000 },
    ];
    const tail = pauses.map((action) => `${JSON.stringify(action)}\n`).join('');
    const before = await recorded({ state: 'recording', durationUs: undefined }, tail);
    const frame = { tUs: 9_000_000, segment: 'video/0001.mp4', ptsUs: 0 };
    await writeFile(before.paths.frames, `${JSON.stringify(frame)}\n`);
    const { salvage, sessions, row } = nextStart(before);
    await salvage.find();
    await salvage.run();
    const header = (await sessions.readHeader(ID))!;
    expect(header).toMatchObject({ state: 'interrupted', durationUs: 9_000_000, recordedUs: 4_000_001 });
    expect(header.endedAt).toBe(header.createdAt + 9000);
    expect(await row()).toMatchObject({ durationMs: 4000 });
  });

  it.each([
    ['while its actions were finalised', 'actions.json'],
    ['while its header was completed', 'session.json'],
    ['before its mark was written', '.exported'],
  ])('is salvaged by the start after next when the salvage was cut off %s', async (_when, stopAt) => {
    const before = await recorded({ state: 'recording' });
    const cut = nextStart(before);
    await cut.salvage.find();
    // What a kill leaves behind: everything up to that step, and half of the file it was about to write.
    if (stopAt === '.exported') await cut.exporter.exportSession(ID);
    if (stopAt === '.exported') await cut.sessions.unmarkExported(ID);
    else await writeFile(path.join(before.paths.folder, `${stopAt}.tmp`), 'half');
    await writeFile(before.paths.partialBundle, 'half');

    const { salvage, row } = nextStart(before);
    await salvage.find();
    await salvage.run();
    expect(await row()).toMatchObject({ condition: 'exported', wasInterrupted: true });
    expect((await unzip(before.paths.bundle)).size).toBeGreaterThan(5);
  });

  it('is left for the next start when the app is closed before its turn', async () => {
    const before = await recorded({ state: 'recording' });
    const { salvage } = nextStart(before);
    await salvage.find();
    salvage.stop();
    await salvage.run();
    expect(existsSync(before.paths.exportedMarker)).toBe(false);
    const next = nextStart(before);
    await next.salvage.find();
    await next.salvage.run();
    expect(await next.row()).toMatchObject({ condition: 'exported' });
  });

  it('is kept as interrupted where its bundle cannot be made', async () => {
    const before = await recorded({ state: 'recording' });
    const { salvage, sessions, row } = nextStart(before);
    await salvage.find();
    sessions.saveSessionMeta = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await salvage.run();
    expect(await row()).toMatchObject({
      condition: 'export-failed',
      wasInterrupted: true,
      problem: { code: 'ENOSPC', action: expect.stringMatching(/^Free \d+ MB and export again/) },
    });
  });

  it('stays where it is when nothing was recorded yet', async () => {
    const before = await recorded({ state: 'recording' });
    const { paths } = before;
    for (const file of [paths.actionsLog, paths.screenshotsLog, path.join(paths.videoDir, '0001.mp4')])
      await writeFile(file, '');
    const { salvage, row } = nextStart(before);
    expect(await salvage.find()).toEqual([ID]);
    await salvage.run();
    expect(await row()).toMatchObject({ condition: 'interrupted', isExported: false });
  });

  it.each([
    ['is damaged', '{"version":1,', 'live.webm'],
    ['was emptied', '', 'sound.webm'],
    ['is gone', null, 'live.webm'],
  ])(
    'whose header %s is salvaged without a click, with one made anew that says so',
    async (_how, left, video) => {
      const before = await recorded({ state: 'recording' });
      const { paths } = before;
      if (left === null) await rm(paths.header);
      else await writeFile(paths.header, left);
      await writeFile(path.join(paths.videoDir, '0002.mp4'), '');
      await copyFile(`tests/fixtures/${video}`, path.join(paths.videoDir, '0003.webm'));
      const { salvage, notices, row } = nextStart(before);
      await salvage.find();
      expect(notices.map(({ code }) => code)).toContain('Rebuilt');
      expect(await row()).toMatchObject({ condition: 'repairing', actionCount: 2 });
      await salvage.run();
      const files = await unzip(paths.bundle);
      expect(files.has('video/0002.mp4')).toBe(false);
      const made = JSON.parse(files.get('session.json')!.toString());
      expect(sessionHeaderSchema.parse(made)).toMatchObject({
        rebuilt: true,
        state: 'interrupted',
        microphone: video === 'sound.webm',
        createdAt: new Date(2026, 10, 1, 10, 15, 0).getTime(),
        video: { mimeType: 'video/mp4', segments: ['video/0001.mp4', 'video/0003.webm'] },
      });
      expect(await row()).toMatchObject({ condition: 'exported', actionCount: 2 });
      const aside = (await readdir(paths.folder)).filter((name) => name.includes('.corrupt-'));
      expect(aside).toHaveLength(left === null ? 0 : 1);
      if (left !== null) expect(await readFile(path.join(paths.folder, aside[0]!), 'utf8')).toBe(left);
      // The start after that finds nothing left to do.
      expect(await nextStart(before).salvage.find()).toEqual([]);
    },
  );
});

describe('a recording that was finished', () => {
  it('and not exported, because the app was closed, is exported at the next start', async () => {
    const before = await recorded();
    const { salvage, notices, row } = nextStart(before);
    expect(await salvage.find()).toEqual([]);
    expect(await row()).toMatchObject({ condition: 'exporting' });
    await salvage.run();
    expect(await row()).toMatchObject({ condition: 'exported' });
    expect((await row())?.wasInterrupted).toBeUndefined();
    expect(notices).toEqual([]);
  });

  it('and exported is left alone', async () => {
    const before = await recorded();
    await before.exporter.exportSession(ID);
    const { mtimeMs } = await stat(before.paths.folder);
    const { salvage } = nextStart(before);
    await salvage.find();
    await salvage.run();
    expect((await stat(before.paths.folder)).mtimeMs).toBe(mtimeMs);
  });
});

describe('a session that another running app works on', () => {
  /** Recorded by process 1 on this machine; its files have the clock's time, as they had when it wrote them. */
  async function another() {
    const before = await recorded({ state: 'recording' });
    const { paths, clock } = before;
    await writeFile(paths.hold, JSON.stringify({ version: 1, pid: 1, host: 'here' }));
    await writeFile(paths.partialBundle, 'half');
    const touch = async () => {
      const seconds = clock.now() / 1000;
      const files = [paths.partialBundle, paths.header, paths.actionsLog, paths.frames, paths.screenshotsLog];
      for (const file of [...files, path.join(paths.videoDir, '0001.mp4'), paths.folder])
        await utimes(file, seconds, seconds);
    };
    await touch();
    return before;
  }

  it('is not touched, and salvaged once that app is gone', async () => {
    const before = await another();
    const { paths, clock } = before;
    const header = await readFile(paths.header, 'utf8');
    const { salvage, row } = nextStart(before, self);
    expect(await salvage.find()).toEqual([]);
    await salvage.run();
    expect(await readFile(paths.header, 'utf8')).toBe(header);
    expect(existsSync(paths.partialBundle)).toBe(true);
    expect(await row()).toMatchObject({ condition: 'recording' });

    clock.advance(200_000);
    await expect.poll(async () => (await row())?.condition).toBe('exported');
    expect(existsSync(paths.hold)).toBe(false);
  });

  it.each([
    ['its process is gone', { ...self, isAlive: () => false }, 0],
    ['its number is now ours', { ...self, pid: 1 }, 0],
    ['its number is somebody else’s, for its files are old', self, 200_000],
  ])('is salvaged at once when %s', async (_why, holder, ageMs) => {
    const before = await another();
    before.clock.advance(ageMs);
    const { salvage, row } = nextStart(before, holder);
    expect(await salvage.find()).toEqual([ID]);
    await salvage.run();
    expect(await row()).toMatchObject({ condition: 'exported' });
  });

  it('is held only as long as its files go on being written to, where they are dated in the future', async () => {
    const before = await another();
    const { paths, clock } = before;
    const dateHeader = async (years: number) => {
      const seconds = clock.now() / 1000 + years * 31_557_600;
      await utimes(paths.header, seconds, seconds);
    };
    await dateHeader(5);
    const { salvage, row } = nextStart(before, self);
    expect(await salvage.find()).toEqual([]);
    /** The salvage looks once a minute. */
    const afterLooks = async (looks: number) => {
      for (let look = 0; look < looks; look += 1) {
        clock.advance(60_000);
        await eventually(() => expect(clock.untilNextTimer()).toBe(60_000));
      }
      return (await row())?.condition;
    };
    expect(await afterLooks(1)).toBe('recording');
    // Another computer whose clock is ahead goes on writing.
    await dateHeader(6);
    expect(await afterLooks(3)).toBe('recording');
    clock.advance(60_000);
    await eventually(async () => expect((await row())?.condition).toBe('exported'));
  });

  it('has its mark from its first moment until its bundle is made', async () => {
    const before = await recorded({ state: 'recording' });
    expect(JSON.parse(await readFile(before.paths.hold, 'utf8'))).toMatchObject({ pid: process.pid });
    await before.exporter.exportSession(ID);
    expect(existsSync(before.paths.hold)).toBe(false);
  });
});
