import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import type { SessionListItem } from '../../../src/shared/session';
import { eventually } from '../../eventually';
import { Host } from '../appHost';
import { header, ID } from '../recorder/recordedSession';

const LINK = '20261102-090000-00cd';
let base: string;
let host: Host;
const sessionsDir = () => path.join(base, 'data', 'sessions');
const elsewhere = () => path.join(base, 'elsewhere');
const row = async (id = LINK) =>
  (await host.value<SessionListItem[]>('listSessions')).find(({ sessionId }) => sessionId === id);

/** Every file below a folder, with its content and its times. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const file = path.join(folder, name);
    const { mtimeMs, ctimeMs } = lstatSync(file);
    const bytes = lstatSync(file).isFile() ? readFileSync(file) : '';
    return `${name} ${mtimeMs} ${ctimeMs} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
}

/** An interrupted session, which the start would repair, with an upload, which it would go on with. */
async function interruptedSession(folder: string, sessionId: string): Promise<void> {
  for (const name of ['video', 'screenshots']) await mkdir(path.join(folder, name), { recursive: true });
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  await write('session.json', JSON.stringify({ ...header(), sessionId, state: 'recording' }));
  await write('video/0001.mp4', 'video');
  await write('frames.jsonl', '{"tUs":0,"segment":"video/0001.mp4","ptsUs":0}\n{"torn":');
  await write('actions.jsonl', '{"type":"pause","tUs":1}\n{"torn":');
  await write('a note of mine.txt', 'mine');
  await write('upload-state.json', JSON.stringify({ ...newUploadState(sessionId, 1), status: 'pending' }));
}

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'linked-'));
  await mkdir(sessionsDir(), { recursive: true });
  await interruptedSession(elsewhere(), LINK);
  host = new Host(path.join(base, 'data'));
});
afterEach(async () => {
  await host.quit();
  await rm(base, { recursive: true, force: true });
});

const asJunction = (target: string, at: string) => symlink(target, at, 'junction');
const USES = [
  'exportSession',
  'exportWithoutMissing',
  'openPlayback',
  'uploadSession',
  'adoptSession',
] as const;

describe('a link with the name of a session', () => {
  it('is listed as a link, whatever was tried with it, and nothing is read or changed behind it', async () => {
    await asJunction(elsewhere(), path.join(sessionsDir(), LINK));
    // Without this one there would be nothing to tell when the repairs are over.
    await interruptedSession(path.join(sessionsDir(), ID), ID);
    const before = snapshot(elsewhere());
    await host.start();
    await eventually(async () => expect((await row(ID))?.condition).toBe('exported'));
    const told = {
      condition: 'not-a-folder',
      isExported: false,
      uploadStatus: 'not_uploaded',
      problem: {
        code: 'SessionIsLink',
        message: 'This folder is a link to another place. Session Recorder does not follow links.',
      },
    };
    expect(await row()).toMatchObject(told);
    for (const command of USES)
      expect([command, await host.call(command, LINK)]).toMatchObject([
        command,
        { ok: false, error: { code: 'SessionIsLink' } },
      ]);
    await host.value('lookAtSessions', [LINK]);
    await host.value('uploadAllSessions').catch(() => undefined);
    expect(await row()).toMatchObject(told);
    expect((await row())!.otherFiles).toBeUndefined();
    expect(snapshot(elsewhere())).toEqual(before);
  });

  it('is deleted, and the folder that it leads to stays', async () => {
    await asJunction(elsewhere(), path.join(sessionsDir(), LINK));
    await host.start();
    const before = snapshot(elsewhere());
    // Files beside the recording are no reason to refuse: they stay.
    await host.value('deleteSession', LINK);
    expect(await readdir(sessionsDir())).toEqual([]);
    expect(snapshot(elsewhere())).toEqual(before);
    expect(await row()).toBeUndefined();
  });

  it.each(['nowhere', 'itself'])('can be deleted where it leads %s', async (where) => {
    const link = path.join(sessionsDir(), LINK);
    await asJunction(where === 'itself' ? link : path.join(base, 'no folder'), link);
    await host.start();
    expect(await row()).toMatchObject({ condition: 'not-a-folder', problem: { code: 'SessionIsLink' } });
    expect(await host.call('exportSession', LINK)).toMatchObject({ error: { code: 'SessionIsLink' } });
    await host.value('deleteSession', LINK);
    expect(await readdir(sessionsDir())).toEqual([]);
  });

  it('takes no files along that were found while it was a folder, and is no link when that is back', async () => {
    const folder = path.join(sessionsDir(), ID);
    await interruptedSession(folder, ID);
    await host.start();
    await eventually(async () => expect((await row(ID))?.condition).toBe('exported'));
    await host.value('lookAtSessions', [ID]);
    expect((await row(ID))!.otherFiles).toMatchObject({ names: ['a note of mine.txt'] });
    await rename(folder, path.join(base, 'moved'));
    await asJunction(path.join(base, 'moved'), folder);
    const linked = (await row(ID))!;
    expect([linked.condition, linked.otherFiles]).toEqual(['not-a-folder', undefined]);
    expect(await host.call('exportSession', ID)).toMatchObject({ error: { code: 'SessionIsLink' } });
    await rm(folder);
    await rename(path.join(base, 'moved'), folder);
    const back = (await row(ID))!;
    expect([back.condition, back.problem]).toEqual(['exported', undefined]);
  });
});

describe.skipIf(process.platform === 'win32')('what has the name of a session and is', () => {
  it.each([
    ['a file', (at: string) => writeFile(at, 'text')],
    ['a pipe', async (at: string) => void execFileSync('mkfifo', [at])],
  ])('%s is listed as such, is used for nothing and can be deleted', async (kind, make) => {
    await make(path.join(sessionsDir(), LINK));
    await host.start();
    for (const command of USES)
      expect(await host.call(command, LINK)).toMatchObject({ error: { code: 'SessionIsNoFolder' } });
    const { condition, problem } = (await row())!;
    expect(condition).toBe('not-a-folder');
    expect(problem!.message).toBe(`“${LINK}” has the name of a session, but it is ${kind}.`);
    await host.value('deleteSession', LINK);
    expect(await readdir(sessionsDir())).toEqual([]);
  });
});
