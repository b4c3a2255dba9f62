import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecordingSettingsStore } from '../../src/main/recordingSettings';
import type { AppError } from '../../src/shared/appError';
import { FakeClock } from '../fakes/FakeClock';
import { SilentLog } from '../fakes/SilentLog';

let folder: string;
let notices: AppError[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'recording-settings-'));
  notices = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'recording-settings.json');
const store = () =>
  createRecordingSettingsStore({
    ...{ file: file(), clock: new FakeClock(), log: new SilentLog() },
    report: (_kind, error) => void notices.push(error),
  });

describe('the settings of recordings', () => {
  it('leave nothing out and name windows until they are changed', async () => {
    expect(await store().load()).toEqual({ recordActiveWindow: true, excluded: [] });
  });

  it('are kept, tidied up', async () => {
    const kept = { recordActiveWindow: false, excluded: ['KeePass', 'bank*login'] };
    const excluded = [' KeePass ', '', 'bank*login', 'KeePass'];
    expect(await store().save({ recordActiveWindow: false, excluded })).toEqual(kept);
    expect(await store().load()).toEqual(kept);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ version: 1, ...kept });
  });

  it('that were just changed hold for what is started right after', async () => {
    const settings = store();
    const excluded = ['KeePass'];
    const saved = settings.save({ recordActiveWindow: true, excluded });
    expect((await settings.load()).excluded).toEqual(excluded);
    await saved;
  });

  it.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, the other way round', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('that an editor saved as %s are read', async (_how, encode) => {
    const text = '{"version":1,"recordActiveWindow":true,"excluded":["KeePass – Größe"]}\r\n';
    await writeFile(file(), encode(text));
    expect((await store().load()).excluded).toEqual(['KeePass – Größe']);
    expect(notices).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('may be kept elsewhere by a link, which stays', async () => {
    const kept = path.join(folder, 'dotfiles.json');
    await writeFile(kept, '{"version":1,"recordActiveWindow":true,"excluded":["KeePass"]}');
    await symlink(kept, file());
    expect((await store().load()).excluded).toEqual(['KeePass']);
    await store().save({ recordActiveWindow: true, excluded: ['Bank'] });
    expect(JSON.parse(await readFile(kept, 'utf8'))).toMatchObject({ excluded: ['Bank'] });
    expect((await lstat(file())).isSymbolicLink()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('are not waited for where a pipe lies in their place', async () => {
    execFileSync('mkfifo', [file()]);
    await expect(store().load()).rejects.toMatchObject({ error: { code: 'NotAFile' } });
  });

  it('that are damaged are set aside, which is told', async () => {
    await writeFile(file(), '{"version":1,"excluded":"KeePass"}');
    expect((await store().load()).excluded).toEqual([]);
    expect(notices).toMatchObject([{ code: 'FileDamaged' }]);
    expect(await readdir(folder)).toEqual([expect.stringContaining('.corrupt-')]);
  });

  it('of a newer app are not guessed at: what they leave out must not be recorded', async () => {
    await writeFile(file(), '{"version":2}');
    await expect(store().load()).rejects.toMatchObject({ error: { code: 'NewerFile' } });
  });
});
