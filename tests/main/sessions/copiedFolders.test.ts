import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsFileSchema, type SessionListItem } from '../../../src/shared/session';
import { header, ID, unzip } from '../recorder/recordedSession';
import { eventually } from '../../eventually';
import { Host } from '../appHost';

const OTHER = '20261102-090000-00cd';
let userDataDir: string;
let host: Host;
const at = (...names: string[]) => path.join(userDataDir, 'sessions', ...names);
const json = async (...names: string[]) =>
  JSON.parse(await readFile(at(...names), 'utf8')) as Record<string, unknown>;

/** An exported session that was uploaded, as the app leaves it. */
beforeEach(async () => {
  userDataDir = await mkdtemp(path.join(os.tmpdir(), 'copied-'));
  await mkdir(at(ID, 'video'), { recursive: true });
  await mkdir(at(ID, 'screenshots'));
  await writeFile(at(ID, 'session.json'), JSON.stringify(header()));
  await writeFile(at(ID, 'video', '0001.mp4'), 'video');
  await writeFile(at(ID, 'frames.jsonl'), '{"tUs":0,"segment":"video/0001.mp4","ptsUs":0}\n');
  await writeFile(at(ID, 'actions.jsonl'), '{"type":"pause","tUs":1}\n{"type":"resume","tUs":2}\n');
  host = new Host(userDataDir);
  await host.start();
  await untilExported(ID);
  await writeFile(at(ID, 'upload-state.json'), JSON.stringify(uploadState));
});
afterEach(async () => {
  await host.quit();
  await rm(userDataDir, { recursive: true, force: true });
});

const done = path.join(import.meta.dirname, '../../fixtures/stored/upload-state/v2-done.json');
const uploadState = { ...(JSON.parse(readFileSync(done, 'utf8')) as object), sessionId: ID };
const rows = () => host.value<SessionListItem[]>('listSessions');
const rowOf = async (name: string) =>
  (await rows()).find(({ sessionId, folderName }) => (folderName ?? sessionId) === name);
const untilExported = (id: string) =>
  eventually(async () => expect((await rowOf(id))?.condition).toBe('exported'));
/** The next start of the app. */
async function restart(): Promise<void> {
  await host.quit();
  host = new Host(userDataDir);
  await host.start();
}

describe('a copy of a session’s folder', () => {
  it.each([
    OTHER,
    `${ID} (copy)`,
    `${ID}-backup`,
    'My demo, part 1',
    '…\u202Egpj.exe',
    'x'.repeat(250),
    '-rf',
    '%2e%2e',
  ])('named %j is listed under that name, changes nothing of the original, and can be kept', async (name) => {
    await cp(at(ID), at(name), { recursive: true });
    const original = await readdir(at(ID));
    await restart();
    const row = (await rowOf(name))!;
    expect(row).toMatchObject({ condition: 'to-adopt', problem: { code: 'CopiedSession' } });
    expect(row.problem!.message).toContain(`is a copy of session ${ID}`);
    expect(row.problem!.message).not.toMatch(/\p{C}/u);
    // Until then it is no session: nothing is exported, played or sent.
    for (const command of ['exportSession', 'openPlayback', 'uploadSession'] as const)
      expect(await host.call(command, row.sessionId)).toMatchObject({ ok: false });

    const adopted = await host.value<string>('adoptSession', row.sessionId);
    expect(adopted).toMatch(name === OTHER ? OTHER : /^\d{8}-\d{6}-[0-9a-f]{4}$/);
    expect(adopted).not.toBe(ID);
    await untilExported(adopted);
    expect(await rowOf(adopted)).toMatchObject({ uploadStatus: 'not_uploaded', actionCount: 2 });
    const bundle = await unzip(at(adopted, `${adopted}.zip`));
    for (const file of ['session.json', 'actions.json', 'manifest.json'])
      expect(JSON.parse(bundle.get(file)!.toString())).toMatchObject({ sessionId: adopted });
    expect(actionsFileSchema.parse(JSON.parse(bundle.get('actions.json')!.toString())).actions).toHaveLength(
      2,
    );
    // What the copy said of the original's upload is kept, and claims nothing.
    expect(
      (await readdir(at(adopted))).filter((file) => file.startsWith('upload-state.json.copied-')),
    ).toHaveLength(1);
    // The original's bundle is not this session's: it stays as it is, and goes only after it was named.
    const kept = (await readdir(at(adopted))).filter((file) =>
      /^(upload-state.json\.copied-|.*\.zip$)/.test(file),
    );
    const foreign = kept.filter((file) => file !== `${adopted}.zip`).sort();
    expect(foreign[0]).toBe(`${ID}.zip`);
    expect(await readFile(at(adopted, `${ID}.zip`))).toEqual(await readFile(at(ID, `${ID}.zip`)));
    const told = (await host.notices()).find(({ error }) => error.code === 'CopyKept')!;
    expect(told.error.message).toContain(`belongs to the original: ${foreign.join(', ')}.`);
    await host.value('lookAtSessions', [adopted]);
    expect((await rowOf(adopted))!.otherFiles).toEqual({ names: foreign, count: 2 });
    expect(await host.call('deleteSession', adopted)).toMatchObject({ error: { code: 'OtherFiles' } });
    expect(await readdir(at(ID))).toEqual(original);
    expect(await json(ID, 'session.json')).toMatchObject({ sessionId: ID });
    expect(await json(ID, 'upload-state.json')).toMatchObject({ sessionId: ID });
  });

  it('is deleted without the original', async () => {
    await cp(at(ID), at(OTHER), { recursive: true });
    const row = (await rowOf(OTHER))!;
    await host.value('deleteSession', row.sessionId);
    expect(await readdir(at())).toEqual([ID]);
  });

  it.each(['session-meta.json', 'actions.json', 'session.json'])(
    'is kept at the second attempt when the first was cut off behind %s',
    async (last) => {
      await cp(at(ID), at('copy'), { recursive: true });
      const done = ['session-meta.json', 'actions.json', 'session.json'];
      for (const file of done.slice(0, done.indexOf(last) + 1)) {
        const text = await readFile(at('copy', file), 'utf8');
        await writeFile(at('copy', file), text.replace(ID, OTHER));
      }
      await rm(at('copy', '.exported'));
      await restart();
      const adopted = await host.value<string>('adoptSession', (await rowOf('copy'))!.sessionId);
      if (last === 'session.json') expect(adopted).toBe(OTHER);
      await untilExported(adopted);
      expect(await readdir(at())).toEqual([ID, adopted].sort());
      expect((await unzip(at(adopted, `${adopted}.zip`))).get('actions.json')!.toString()).toContain(adopted);
    },
  );
});

describe('a session’s folder', () => {
  it('that was renamed is listed under its new name and gets its own back, with its upload', async () => {
    await rename(at(ID), at('Demo for Ann'));
    await restart();
    const row = (await rowOf('Demo for Ann'))!;
    expect(row).toMatchObject({ condition: 'to-adopt', problem: { code: 'RenamedSession' } });
    await host.value('showSessionInFolder', row.sessionId);
    expect(host.recorder.calls).toContain(`showInFolder ${at('Demo for Ann')}`);
    expect(await host.value('adoptSession', row.sessionId)).toBe(ID);
    expect(await readdir(at())).toEqual([ID]);
    expect(await json(ID, 'upload-state.json')).toMatchObject({ sessionId: ID });
    expect(await rowOf(ID)).toMatchObject({ condition: 'exported' });
  });

  it('that lost its header under another name can be kept', async () => {
    await rename(at(ID), at('Demo'));
    await rm(at('Demo', 'session.json'));
    await restart();
    const row = (await rowOf('Demo'))!;
    expect(row).toMatchObject({ condition: 'to-adopt', problem: { code: 'UnnamedSession' } });
    const adopted = await host.value<string>('adoptSession', row.sessionId);
    await untilExported(adopted);
  });

  it.each([
    ['a header of another program', { 'session.json': '{"hello":1}' }],
    ['a header and logs of another program', { 'session.json': '{}', 'actions.jsonl': '{"type":"x"}\n' }],
    ['a newer header of another program', { 'session.json': '{"version":9}' }],
    ['an aside that only the app would bring back', { 'session.json.old-0123456789abcdef': '{}' }],
    ['a summary of another program', { 'session-meta.json': '[]', 'frames.jsonl': '' }],
  ])('of another program is left alone, with %s', async (_what, files) => {
    await mkdir(at('holiday', 'video'), { recursive: true });
    await writeFile(at('holiday', 'a.jpg'), 'jpeg');
    await writeFile(at('holiday', 'video', 'beach.mp4'), 'video');
    for (const [name, text] of Object.entries(files)) await writeFile(at('holiday', name), text);
    const before = await readdir(at('holiday'));
    await restart();
    await host.value('lookForChanges');
    expect((await rows()).map(({ sessionId }) => sessionId)).toEqual([ID]);
    expect(await host.call('adoptSession', 'folder:holiday')).toMatchObject({
      error: { code: 'UnknownSession' },
    });
    expect(await readdir(at('holiday'))).toEqual(before);
  });

  it.each([
    ['its log of actions', ['video', 'frames.jsonl', 'session-meta.json', `${ID}.zip`]],
    ['its video', ['actions.json', 'frames.jsonl', 'session-meta.json']],
  ])('whose header is damaged is known by %s, and looking renames nothing', async (_what, lost) => {
    await rename(at(ID), at('Demo'));
    await rm(at('Demo', 'actions.jsonl'), { force: true });
    await writeFile(at('Demo', 'session.json'), '{"hello":1}');
    for (const name of lost) await rm(at('Demo', name), { recursive: true });
    const before = await readdir(at('Demo'));
    await restart();
    const row = (await rowOf('Demo'))!;
    expect(row).toMatchObject({ condition: 'to-adopt', problem: { code: 'UnnamedSession' } });
    expect(await readdir(at('Demo'))).toEqual(before);
    const adopted = await host.value<string>('adoptSession', row.sessionId);
    await untilExported(adopted);
    const kept = (await readdir(at(adopted))).filter((name) => name.startsWith('session.json.corrupt-'));
    expect(kept).toHaveLength(1);
    expect(await readFile(at(adopted, kept[0]!), 'utf8')).toBe('{"hello":1}');
  });

  it('that holds no recording is left alone', async () => {
    await mkdir(at('notes'));
    await writeFile(at('notes', 'todo.txt'), 'x');
    expect((await rows()).map(({ sessionId }) => sessionId)).toEqual([ID]);
    expect(await host.call('adoptSession', 'folder:notes')).toMatchObject({
      error: { code: 'UnknownSession' },
    });
    for (const key of ['folder:..', 'folder:..%2F..', '../x', 'folder:', '..'])
      expect(await host.call('adoptSession', key)).toMatchObject({ ok: false });
    expect(await readdir(at())).toEqual([ID, 'notes']);
  });
});
