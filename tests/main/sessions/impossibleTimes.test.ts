import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionHeader, SessionListItem } from '../../../src/shared/session';
import { eventually } from '../../eventually';
import { Host } from '../appHost';
import { header, ID } from '../recorder/recordedSession';

let userDataDir: string;
let host: Host;
const at = (...names: string[]) => path.join(userDataDir, 'sessions', ...names);
const row = async (id = ID) =>
  (await host.value<SessionListItem[]>('listSessions')).find(({ sessionId }) => sessionId === id)!;

async function session(id: string, more: Partial<SessionHeader> | null): Promise<void> {
  await mkdir(at(id, 'video'), { recursive: true });
  await mkdir(at(id, 'screenshots'));
  if (more !== null)
    await writeFile(at(id, 'session.json'), JSON.stringify({ ...header(), sessionId: id, ...more }));
  await writeFile(at(id, 'video', '0001.mp4'), 'video');
  await writeFile(at(id, 'frames.jsonl'), '{"tUs":0,"segment":"video/0001.mp4","ptsUs":0}\n');
  await writeFile(at(id, 'actions.jsonl'), '{"type":"pause","tUs":1}\n');
}

beforeEach(async () => {
  userDataDir = await mkdtemp(path.join(os.tmpdir(), 'times-'));
  host = new Host(userDataDir);
});
afterEach(async () => {
  await host.quit();
  await rm(userDataDir, { recursive: true, force: true });
});

/** The session plays, is exported and has a row that no impossible time is part of. */
async function expectUsable(id = ID): Promise<void> {
  await host.start();
  await eventually(async () => expect((await row(id)).condition).toBe('exported'));
  expect(await host.call('openPlayback', id)).toMatchObject({ ok: true });
  expect(await host.call('exportSession', id)).toMatchObject({ ok: true });
  const { createdAt, endedAt, durationMs } = await row(id);
  for (const ms of [createdAt, endedAt!]) expect(new Date(ms).getUTCFullYear()).toBeLessThan(10_000);
  expect(durationMs).toBeGreaterThanOrEqual(0);
}

describe('a session with a time that no calendar has', () => {
  const year = (number: number) => (number - 1970) * 31_556_952;
  // Not every file system keeps such a time; then there is nothing to go wrong.
  it.each([
    ['after the year 9999', year(10_500)],
    ['before 1970', year(1800)],
    ['before the year 0', year(-50)],
  ])('in a file’s date, %s, is listed, played and exported', async (_when, seconds) => {
    await session(ID, { state: 'recording', durationUs: undefined });
    for (const name of ['video/0001.mp4', 'frames.jsonl', 'actions.jsonl', 'session.json'])
      await utimes(at(ID, name), seconds, seconds);
    await expectUsable();
  });

  it.each([
    ['a recorded time below zero', { recordedUs: -5_000_000 }],
    ['a start at the end of all calendars', { createdAt: 253_402_300_799_000, durationUs: undefined }],
  ])('in its header, %s, is listed, played and exported', async (_what, more) => {
    await session(ID, more);
    await writeFile(
      at(ID, 'frames.jsonl'),
      '{"tUs":0,"segment":"video/0001.mp4","ptsUs":0}\n{"tUs":9000000,"segment":"video/0001.mp4","ptsUs":1}\n',
    );
    await expectUsable();
  });

  it.each(['99999999-999999-aaaa', '00000000-000000-aaaa', '99991231-235959-aaaa'])(
    'in its name, %s, is listed, played and exported without a header',
    async (id) => {
      await session(id, null);
      await expectUsable(id);
    },
  );

  it('in its pauses, which would last longer than itself, is exported', async () => {
    await session(ID, { durationUs: undefined });
    await writeFile(
      at(ID, 'actions.jsonl'),
      Array.from(
        { length: 20 },
        () => '{"type":"pause","tUs":-3600000000}\n{"type":"resume","tUs":9}\n',
      ).join(''),
    );
    await expectUsable();
  });

  it('has segments with numbers of no recorder left out, and named before a deletion', async () => {
    await session(ID, {});
    const long = `${'0'.repeat(30)}.mp4`;
    await writeFile(at(ID, 'video', long), 'mine');
    await expectUsable();
    await host.value('lookAtSessions', [ID]);
    expect((await row()).otherFiles).toEqual({ names: [`video/${long}`], count: 1 });
  });
});
