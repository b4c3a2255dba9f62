import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeBinder } from '../../../src/main/bindCommand';
import { installPlayer } from '../../../src/main/player/player';
import { actionsOfLog } from '../../../src/main/recorder/bundle/finaliseActions';
import { readActions } from '../../../src/main/sessions/actionsFile';
import { createSessions } from '../../../src/main/sessions/createSessions';
import type { Reply } from '../../../src/shared/appError';
import type { CommandName, CommandResult } from '../../../src/shared/contract';
import { describeStep } from '../../../src/shared/playback/stepText';
import type { SessionHeader } from '../../../src/shared/session';
import { recordedHeader } from '../../fixtures/recordedHeader';
import { FakeClock } from '../../fakes/FakeClock';
import { SilentLog } from '../../fakes/SilentLog';

const ID = '20261101-101500-00ab';
const S = 1_000_000;

const displays = [{ id: '1', name: 'Screen', x: 0, y: 0, width: 800, height: 600, scaleFactor: 1 }];
function header(more: Partial<SessionHeader> = {}): SessionHeader {
  return recordedHeader(ID, {
    ...{ durationUs: 40 * S, geometry: [{ epoch: 0, tUs: 0, displays }] },
    ...more,
  });
}

const press = (tUs: number) => ({
  ...{ type: 'press', tUs, display: '1', epoch: 0, x: 5, y: 6, button: 1, modifiers: [] },
});
const lines = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const actionsJson = (actions: unknown[]) =>
  `{"version":1,"sessionId":"${ID}","actions":[\n${actions.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`;

/** 10 s, a pause of 20 s, 10 s more; frames every half second, whose video time lags behind by what a start takes. */
const frames = [
  ...Array.from({ length: 20 }, (_, n) => ({
    tUs: n * S * 0.5,
    segment: 'video/0001.mp4',
    ptsUs: n * S * 0.5,
  })),
  ...Array.from({ length: 20 }, (_, n) => ({
    ...{ tUs: 30.2 * S + n * S * 0.5, segment: 'video/0002.mp4', ptsUs: n * S * 0.5 },
  })),
];
const actions = [
  press(2.1 * S),
  { ...press(2.15 * S), type: 'release' },
  { type: 'pause', tUs: 10 * S },
  { type: 'resume', tUs: 30 * S },
  press(31 * S),
];

async function house(more: Partial<SessionHeader> = {}) {
  const sessionsDir = await mkdtemp(path.join(tmpdir(), 'player-'));
  onTestFinished(() => rm(sessionsDir, { recursive: true, force: true }));
  const [clock, log] = [new FakeClock(), new SilentLog()];
  const sessions = createSessions({ sessionsDir, clock, log, report: () => {} });
  const paths = await sessions.create(header(more));
  await writeFile(paths.actions, actionsJson(actions));
  await writeFile(paths.frames, lines(frames));
  for (const name of ['0001.mp4', '0002.mp4']) await writeFile(path.join(paths.videoDir, name), 'video');
  const shot = { tUs: 2.3 * S, file: 'screenshots/000001.jpg', trigger: 'press', width: 800, height: 600 };
  await writeFile(paths.screenshotsLog, lines([shot]));
  await writeFile(path.join(paths.folder, shot.file), 'jpeg');

  const handlers = new Map<string, (args: unknown[]) => Promise<Reply<unknown>>>();
  const bind = makeBinder({ handle: (name, _caller, run) => void handlers.set(name, run) }, log);
  let findFile: (name: string) => Promise<string | null> = async () => null;
  const serveFiles = (find: typeof findFile) => {
    findFile = find;
    return '/sessions/';
  };
  installPlayer({ bind, sessions, sessionsDir, readLog: actionsOfLog, clock, log, serveFiles });
  const call = <N extends CommandName>(name: N, ...args: unknown[]) =>
    handlers.get(name)!(args) as Promise<Reply<CommandResult<N>>>;
  const open = async () => {
    const reply = await call('openPlayback', ID);
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value;
  };
  return { sessions, paths, call, open, find: (name: string) => findFile(name) };
}
const refused = (code: string) => ({ ok: false, error: { code } });

describe('a session opened in the player', () => {
  it('is segments on one clock, with the pause between them', async () => {
    const { open } = await house();
    const playback = await open();
    expect(playback.segments).toMatchObject([
      { file: 'video/0001.mp4', fromUs: 0, untilUs: 10 * S, epoch: 0 },
      { file: 'video/0002.mp4', fromUs: 30.2 * S, untilUs: 40 * S },
    ]);
    expect(playback.segments[1]!.points[0]).toEqual({ tUs: 30.2 * S, ptsUs: 0 });
    expect(playback.silences).toEqual([{ fromUs: 10 * S, untilUs: 30 * S, why: 'pause' }]);
    expect(playback).toMatchObject({ durationUs: 40 * S, problems: [], filesUrl: `/sessions/${ID}/` });
  });

  it('gives its steps by pages, each with its screenshot and the frame that was on screen', async () => {
    const { open, call } = await house();
    expect((await open()).stepTimes).toEqual([2.1 * S, 10 * S, 31 * S]);
    const first = await call('readSteps', ID, 0, 2);
    expect(first).toMatchObject({
      ok: true,
      value: [
        {
          kind: 'click',
          frame: { segment: 0, atUs: 2_005_000 },
          screenshot: { file: 'screenshots/000001.jpg' },
        },
        { kind: 'pause' },
      ],
    });
    // The click came 0.8 s after the second segment's first frame, of which the one at 0.5 s was on screen.
    expect(await call('readSteps', ID, 2, 500)).toMatchObject({
      value: [{ kind: 'click', frame: { segment: 1, atUs: 505_000 } }],
    });
    expect(await call('readScreenshots', ID, 0, 10)).toMatchObject({ value: [{ tUs: 2.3 * S }] });
  });

  it('that was cut off plays from its log, a torn last line left out', async () => {
    const { open, call, paths } = await house({ state: 'interrupted', durationUs: undefined });
    await rm(paths.actions);
    await writeFile(paths.actionsLog, `${lines(actions.toReversed().toReversed())}{"type":"pre`);
    const playback = await open();
    expect(playback.problems).toEqual([]);
    expect(playback.durationUs).toBeGreaterThan(39 * S);
    const steps = await call('readSteps', ID, 0, 10);
    expect(steps.ok && steps.value.map(describeStep)).toEqual(['Click', 'Paused for 20 s', 'Click']);
    expect(existsSync(paths.actionsLog)).toBe(true);
  });

  it('whose actions are damaged plays with those that are not; the damaged file is set aside', async () => {
    const { open, paths } = await house();
    const text = actionsJson(actions);
    await writeFile(paths.actions, text.replace('"type":"pause"', '"type":"pau\0\0'));
    const { ino } = await stat(paths.actions, { bigint: true });
    const playback = await open();
    expect(playback.problems).toMatchObject([
      { code: 'ActionsDamaged', message: 'One action of this session could not be read.' },
    ]);
    expect(playback.segments).toHaveLength(2);
    const aside = (await readdir(paths.folder)).filter((name) => name.startsWith('actions.json.corrupt-'));
    expect(aside).toHaveLength(1);
    expect(await readFile(path.join(paths.folder, aside[0]!), 'utf8')).toContain('"type":"pau\0\0');
    // A copy: had the file itself been moved, a crash then would have left no `actions.json`.
    expect((await stat(path.join(paths.folder, aside[0]!), { bigint: true })).ino).not.toBe(ino);
    const kept: unknown[] = [];
    for await (const action of readActions(paths.actions)) kept.push(action);
    expect(kept).toEqual(actions.filter(({ type }) => type !== 'pause'));
    expect((await open()).problems).toEqual([]);
  });

  it('whose actions are no such file at all plays without steps, and the file is set aside', async () => {
    const { open, paths } = await house();
    await writeFile(paths.actions, 'nonsense\nand more');
    await rm(paths.screenshotsLog);
    expect(await open()).toMatchObject({ stepTimes: [], problems: [{ code: 'ActionsDamaged' }] });
    expect(existsSync(paths.actions)).toBe(false);
  });

  it('tells of a part of the video that is missing, and plays the rest', async () => {
    const { open, paths } = await house();
    await rm(path.join(paths.videoDir, '0001.mp4'));
    const playback = await open();
    expect(playback.problems).toMatchObject([{ code: 'VideoMissing', details: 'video/0001.mp4' }]);
    expect(playback.segments).toMatchObject([{ file: 'video/0002.mp4', fromUs: 30.2 * S }]);
  });

  it('plays, and says so, where nobody noted when the frames were taken', async () => {
    const { open, paths } = await house();
    await rm(paths.frames);
    const playback = await open();
    expect(playback.problems).toMatchObject([{ code: 'FrameTimesMissing' }]);
    expect(playback.segments).toMatchObject([{ points: [{ tUs: 0, ptsUs: 0 }] }, {}]);
  });

  it('without actions and without video is empty', async () => {
    const { open, paths } = await house({ durationUs: 0 });
    for (const file of [paths.actions, paths.frames, paths.screenshotsLog]) await rm(file);
    await rm(paths.videoDir, { recursive: true });
    expect(await open()).toMatchObject({ stepTimes: [], segments: [], durationUs: 0, problems: [] });
  });

  it('is refused while it is recorded, and when it is not there', async () => {
    const { call, sessions, find } = await house();
    const name = `${ID}/video/0001.mp4`;
    expect(await find(name)).not.toBeNull();
    sessions.setActivity(ID, { condition: 'recording' });
    expect(await call('openPlayback', ID)).toMatchObject(refused('SessionBusy'));
    expect(await find(name)).toBeNull();
    expect(await call('openPlayback', '20261101-101500-0000')).toMatchObject(refused('UnknownSession'));
  });

  it('has no pages before it is opened or after it was closed, nor for nonsense', async () => {
    const { call, open } = await house();
    expect(await call('readSteps', ID, 0, 10)).toMatchObject(refused('NotOpened'));
    await open();
    for (const args of [[ID, -1, 10], [ID, 0, 0], [ID, 0, 501], [ID, 0.5, 1], ['../x', 0, 1], [ID]])
      expect(await call('readSteps', ...args)).toMatchObject(refused('BadArguments'));
    await call('closePlayback', ID);
    expect(await call('readScreenshots', ID, 0, 10)).toMatchObject(refused('NotOpened'));
  });
});
