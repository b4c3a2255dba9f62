import { appendFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../eventually';
import { watchFolder, type WatchFolder } from '../../../src/lib/watchFolder';
import { createSessions } from '../../../src/main/sessions/createSessions';
import { SessionWatch, type SessionsMoved } from '../../../src/main/sessions/sessionWatch';
import { FakeClock } from '../../fakes/FakeClock';
import { SilentLog } from '../../fakes/SilentLog';

const A = '20260101-000000-000a';
const B = '20260102-000000-000b';

/** Two sessions in a real folder; `event` is what the watched folder tells, where the real one is not watched. */
async function house(watch?: WatchFolder) {
  const folder = await mkdtemp(path.join(tmpdir(), 'watch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const sessionsDir = path.join(folder, 'sessions');
  const clock = new FakeClock();
  const log = new SilentLog();
  const sessions = createSessions({ sessionsDir, clock, log, report: () => {} });
  for (const id of [A, B]) {
    await mkdir(sessions.paths(id).folder, { recursive: true });
    await writeFile(sessions.paths(id).bundle, 'zip');
  }
  const told: SessionsMoved[] = [];
  let event = (): void => undefined;
  const byHand: WatchFolder = (_folder, onEvent) => {
    event = onEvent;
    return () => (event = () => undefined);
  };
  const onChanged = async (moved: SessionsMoved) => void told.push(moved);
  const written = new Set<string>();
  const isWritten = (id: string) => written.has(id);
  /** How often the folder was looked into, and what each look waits for. */
  const looks = { begun: 0, mayGoOn: Promise.resolve() };
  const ids = async () => {
    looks.begun += 1;
    await looks.mayGoOn;
    return sessions.ids();
  };
  const input = { sessionsDir, sessions: { ...sessions, ids }, clock, log, onChanged, isWritten };
  const watching = new SessionWatch({ ...input, watchFolder: watch ?? byHand });
  await watching.start();
  onTestFinished(() => watching.close());
  const aside = path.join(folder, 'aside');
  return { sessionsDir, sessions, clock, log, told, written, looks, watching, aside, event: () => event() };
}

const unmoved = { appeared: [], gone: [], bundlesBack: [] };

test('a look tells nothing while nothing has changed', async () => {
  const { watching, told } = await house();
  await watching.look();
  expect(told).toEqual([]);
});

test('a bundle that is written to, replaced or removed is noticed at the next look', async () => {
  const { watching, told, sessions } = await house();
  const { bundle } = sessions.paths(A);
  await appendFile(bundle, 'more');
  await watching.look();
  await writeFile(`${bundle}.new`, 'other');
  await rename(`${bundle}.new`, bundle);
  await watching.look();
  await rm(bundle);
  await watching.look();
  await watching.look();
  expect(told).toEqual([unmoved, unmoved, unmoved]);
});

test('what an upload writes into the folder is no news, and leads to no further look; its bundle is news', async () => {
  const { watching, told, sessions, written, clock } = await house();
  const { uploadState, bundle } = sessions.paths(A);
  written.add(A);
  await writeFile(uploadState, 'a record');
  await watching.look();
  expect(told).toEqual([]);
  expect(clock.untilNextTimer()).toBeNull();
  await appendFile(bundle, 'more');
  await watching.look();
  expect(told).toEqual([unmoved]);
  written.delete(A);
  await rm(uploadState);
  await watching.look();
  expect(told).toEqual([unmoved, unmoved]);
});

test('looks that are asked for while one is under way are one', async () => {
  const { watching, told, sessions, looks } = await house();
  const before = looks.begun;
  const gate = Promise.withResolvers<void>();
  looks.mayGoOn = gate.promise;
  const first = watching.look();
  await eventually(() => expect(looks.begun).toBe(before + 1));
  const others = [watching.look(), watching.look(), watching.look()];
  await rm(sessions.paths(A).folder, { recursive: true });
  gate.resolve();
  await Promise.all([first, ...others]);
  expect(looks.begun).toBe(before + 2);
  expect(told).toEqual([{ ...unmoved, gone: [A] }]);
});

test('a folder that goes and comes back is named each time', async () => {
  const { watching, told, sessions, aside } = await house();
  const { folder } = sessions.paths(A);
  await rename(folder, aside);
  await watching.look();
  await cp(aside, folder, { recursive: true });
  await watching.look();
  expect(told).toEqual([
    { ...unmoved, gone: [A] },
    { ...unmoved, appeared: [A] },
  ]);
});

test('an event leads to one look when it has become calm, and to another while there is something new', async () => {
  const { clock, told, sessions, event, watching } = await house();
  await rm(sessions.paths(A).folder, { recursive: true });
  event();
  clock.advance(200);
  event();
  clock.advance(200);
  expect(told).toEqual([]);
  clock.advance(100);
  await eventually(() => expect(told).toHaveLength(1));
  await appendFile(sessions.paths(B).bundle, 'a copy that grows');
  await eventually(() => expect(clock.untilNextTimer()).toBe(2000));
  clock.advance(2000);
  await eventually(() => expect(told).toHaveLength(2));
  await eventually(() => expect(clock.untilNextTimer()).toBe(2000));
  clock.advance(2000);
  await watching.look();
  expect(told).toHaveLength(2);
  expect(clock.untilNextTimer()).toBeNull();
});

test('a disk that is away is not taken for a deletion of everything; its return is told, though nothing changed', async () => {
  const { watching, told, sessionsDir, aside } = await house();
  await rename(sessionsDir, aside);
  await watching.look();
  expect(told).toEqual([]);
  await rename(aside, sessionsDir);
  await watching.look();
  expect(told.flatMap(({ gone }) => gone)).toEqual([]);
  await watching.look();
  expect(told).toEqual([unmoved]);
});

test('where the system refuses to watch, looks go on', async () => {
  const { watching, told, sessions, log } = await house(() => {
    throw new Error('ENOSPC: no watches left');
  });
  expect(log.lines.some(({ message }) => message.includes('not watched'))).toBe(true);
  await rm(sessions.paths(A).folder, { recursive: true });
  await watching.look();
  expect(told).toEqual([{ ...unmoved, gone: [A] }]);
});

test('the system’s own watch tells of a folder that went', async () => {
  const { clock, told, sessions } = await house(watchFolder);
  await rm(sessions.paths(A).folder, { recursive: true });
  await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
  clock.advance(300);
  await eventually(() => expect(told).toEqual([{ ...unmoved, gone: [A] }]));
});

test('a look that is under way when it is closed tells nothing', async () => {
  const { watching, told, sessions, looks } = await house();
  const gate = Promise.withResolvers<void>();
  looks.mayGoOn = gate.promise;
  const look = watching.look();
  await rm(sessions.paths(A).folder, { recursive: true });
  watching.close();
  gate.resolve();
  await look;
  expect(told).toEqual([]);
});

test('nothing is told once it was closed', async () => {
  const { watching, told, sessions, event, clock } = await house();
  watching.close();
  await rm(sessions.paths(A).folder, { recursive: true });
  event();
  expect(clock.untilNextTimer()).toBeNull();
  await watching.look();
  expect(told).toEqual([]);
});

test('a bundle that is put back is named', async () => {
  const { watching, told, sessions } = await house();
  const { bundle } = sessions.paths(A);
  await rm(bundle);
  await watching.look();
  await writeFile(bundle, 'zip');
  await watching.look();
  expect(told).toEqual([unmoved, { ...unmoved, bundlesBack: [A] }]);
});

test('a few sessions can be looked at by themselves', async () => {
  const { watching, told, sessions, looks } = await house();
  const before = looks.begun;
  await rm(sessions.paths(B).bundle);
  await watching.lookAt([A]);
  expect({ told, looks: looks.begun }).toEqual({ told: [], looks: before });
  await watching.lookAt([A, B]);
  expect(told[0]).toEqual(unmoved);
  await rm(sessions.paths(A).folder, { recursive: true });
  await watching.lookAt([A, B]);
  expect(told.at(-1)).toEqual({ ...unmoved, gone: [A] });
});

test('a few sessions are looked at into their recorded files', async () => {
  const { watching, told, sessions } = await house();
  const { screenshotsLog, screenshotsDir } = sessions.paths(A);
  const shot = { tUs: 1, file: 'screenshots/000001.jpg', trigger: 'press', width: 4, height: 4 };
  await writeFile(screenshotsLog, `${JSON.stringify(shot)}\n`);
  await watching.look();
  told.length = 0;
  await watching.lookAt([A]);
  expect(told).toEqual([unmoved]);
  expect((await sessions.list()).find(({ sessionId }) => sessionId === A)?.absentFiles).toEqual([shot.file]);
  await mkdir(screenshotsDir);
  await writeFile(path.join(screenshotsDir, '000001.jpg'), 'jpeg');
  await watching.lookAt([A]);
  expect(told).toHaveLength(3);
  watching.close();
  await rm(screenshotsDir, { recursive: true });
  await watching.lookAt([A]);
  expect(told).toHaveLength(3);
});
