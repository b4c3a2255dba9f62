import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionListItem } from '../../../src/shared/session';
import { Host } from '../appHost';
import { header, ID } from '../recorder/recordedSession';
import { eventually } from '../../eventually';

let userDataDir: string;
let host: Host;
const at = (...names: string[]) => path.join(userDataDir, 'sessions', ...names);
const row = async () => (await host.value<SessionListItem[]>('listSessions'))[0]!;
const look = async () => {
  await host.value('lookAtSessions', [ID]);
  return (await row()).otherFiles;
};

beforeEach(async () => {
  userDataDir = await mkdtemp(path.join(os.tmpdir(), 'others-'));
  await mkdir(at(ID, 'video'), { recursive: true });
  await mkdir(at(ID, 'screenshots'));
  await writeFile(at(ID, 'session.json'), JSON.stringify(header()));
  await writeFile(at(ID, 'video', '0001.mp4'), 'video');
  await writeFile(at(ID, 'screenshots', '000001.jpg'), 'jpeg');
  await writeFile(at(ID, 'frames.jsonl'), '');
  await writeFile(at(ID, 'actions.jsonl'), '{"type":"pause","tUs":1}\n');
  host = new Host(userDataDir);
  await host.start();
  await eventually(async () => expect((await row()).condition).toBe('exported'));
});
afterEach(async () => {
  await host.quit();
  await rm(userDataDir, { recursive: true, force: true });
});

describe('files in a session’s folder that the app does not make', () => {
  it('are none in what the app leaves, and in what a desktop adds', async () => {
    for (const name of ['.DS_Store', 'Thumbs.db', 'desktop.ini', 'video/.DS_Store'])
      await writeFile(at(ID, name), 'x');
    await writeFile(at(ID, 'session.json.0123456789abcdef.tmp'), 'left by a crash');
    expect(await look()).toBeUndefined();
    await host.value('deleteSession', ID);
    expect(await readdir(at())).toEqual([]);
  });

  it('are none in the lists that an export left when it was cut off; the next start removes them', async () => {
    const left = async () => {
      await mkdir(at(ID, '.present-only'), { recursive: true });
      for (const name of ['frames.jsonl', 'screenshots.jsonl', 'frames.jsonl.0123456789abcdef.tmp'])
        await writeFile(at(ID, '.present-only', name), 'left by a crash');
    };
    await left();
    expect(await look()).toBeUndefined();
    await host.quit();
    host = new Host(userDataDir);
    await host.start();
    expect(await readdir(at(ID))).not.toContain('.present-only');
    await left();
    await host.value('deleteSession', ID);
    expect(await readdir(at())).toEqual([]);
  });

  it('stay in the folder for such lists, whatever is exported', async () => {
    await mkdir(at(ID, '.present-only'));
    await writeFile(at(ID, '.present-only', 'notes.txt'), 'mine');
    await rm(at(ID, 'screenshots', '000001.jpg'));
    expect(await host.call('exportSession', ID)).toMatchObject({ error: { code: 'FilesMissing' } });
    await host.value('exportWithoutMissing', ID);
    expect(await readdir(at(ID, '.present-only'))).toEqual(['notes.txt']);
    expect(await look()).toEqual({ names: ['.present-only/notes.txt'], count: 1 });
  });

  it.each([
    ['my thesis notes.txt'],
    ['session.json.corrupt-1790000000000'],
    ['upload-state.json.copied-1790000000000'],
    ['video/holiday.mp4'],
    ['screenshots/notes.txt'],
    ['20261101-101500-00cd.zip'],
    ['notes.txt.0123456789abcdef.tmp'],
  ])('are told, and not deleted before they were named: %s', async (name) => {
    await writeFile(at(ID, name), 'mine');
    // Straight after it came, before any window told of it.
    expect(await host.call('deleteSession', ID)).toMatchObject({
      ok: false,
      error: { code: 'OtherFiles', message: expect.stringContaining(name) as string },
    });
    expect(await readdir(at(ID, path.dirname(name)))).toContain(path.basename(name));
    const named = { names: [name], count: 1 };
    expect((await row()).otherFiles).toEqual(named);

    await writeFile(at(ID, 'another.txt'), 'came while the question was open');
    expect(await host.call('deleteSession', ID, named)).toMatchObject({ error: { code: 'OtherFiles' } });
    await rm(at(ID, 'another.txt'));
    expect(await host.call('deleteSession', ID, named)).toMatchObject({ ok: true });
    expect(await readdir(at())).toEqual([]);
  });

  it('are told as they come and go', async () => {
    await mkdir(at(ID, 'notes'));
    await writeFile(at(ID, 'notes', 'thesis.txt'), 'mine');
    expect(await look()).toEqual({ names: ['notes/'], count: 1 });
    await rename(at(ID, 'notes'), path.join(userDataDir, 'notes'));
    expect(await look()).toBeUndefined();
  });

  it('are counted beyond those that are named', async () => {
    for (let n = 0; n < 25; n += 1) await writeFile(at(ID, `${n}.txt`), 'mine');
    const found = await look();
    expect(found).toMatchObject({ count: 25 });
    expect(found!.names).toHaveLength(20);
    expect(await host.call('deleteSession', ID, { ...found, count: 24 })).toMatchObject({ ok: false });
    await host.value('deleteSession', ID, found);
  });
});
