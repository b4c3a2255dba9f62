import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
