import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPermissions, permissionState } from '../../src/main/permissions';
import { FakeClock } from '../fakes/FakeClock';
import { FakePermissions } from '../fakes/FakePermissions';
import { SilentLog } from '../fakes/SilentLog';

let folder: string;
let mac: FakePermissions;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'permissions-'));
  mac = FakePermissions.mac();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'permissions.json');
/** The app as it starts on a system. */
const appOn = (system: FakePermissions) =>
  createPermissions({ system, file: file(), clock: new FakeClock(), log: new SilentLog() });

describe('permissions', () => {
  it('are none where the system guards none', async () => {
    const permissions = appOn(new FakePermissions());
    expect(await permissions.list()).toEqual([]);
    await expect(permissions.ask('screen')).rejects.toMatchObject({ error: { code: 'NotGuarded' } });
    await expect(permissions.openSettings('input')).rejects.toMatchObject({ error: { code: 'NotGuarded' } });
  });

  it('are not asked for by looking', async () => {
    expect(await appOn(mac).list()).toEqual([
      { name: 'screen', state: 'not-asked' },
      { name: 'input', state: 'not-asked' },
      { name: 'microphone', state: 'not-asked' },
    ]);
    expect(mac.calls).toEqual([]);
  });

  it('are asked for once, whatever is pressed and however often the app starts', async () => {
    const first = appOn(mac);
    await Promise.all([first.ask('screen'), first.ask('screen')]);
    expect(await first.ask('screen')).toContainEqual({ name: 'screen', state: 'denied', restart: 'perhaps' });
    const second = appOn(mac);
    expect(await second.ask('screen')).toContainEqual({ name: 'screen', state: 'denied' });
    expect(mac.calls).toEqual(['request screen']);
  });

  it('are not asked for again where the system itself tells that they were refused', async () => {
    mac.set({ microphone: 'denied', screen: 'restricted' });
    const permissions = appOn(mac);
    await permissions.ask('microphone');
    await permissions.ask('screen');
    expect(mac.calls).toEqual([]);
  });

  it.each([
    ['screen', 'not-granted', 'needed'],
    ['microphone', 'denied', 'needed'],
    // The hook's process starts anew with each recording.
    ['input', 'not-granted', undefined],
  ] as const)('%s, given in the settings while the app runs', async (name, before, restart) => {
    mac.set({ [name]: before });
    const permissions = appOn(mac);
    await permissions.openSettings(name);
    mac.set({ [name]: 'granted' });
    const given = { name, state: 'granted', ...(restart && { restart }) };
    expect(await permissions.list()).toContainEqual(given);
    expect(await appOn(mac).list()).toContainEqual({ name, state: 'granted' });
  });

  it('a microphone that was granted when asked for holds at once', async () => {
    mac.answer = 'granted';
    expect(await appOn(mac).ask('microphone')).toContainEqual({ name: 'microphone', state: 'granted' });
  });

  it('a screen that the settings were opened for may want a restart before the system tells', async () => {
    await appOn(mac).ask('screen');
    const permissions = appOn(mac);
    expect(await permissions.list()).toContainEqual({ name: 'screen', state: 'denied' });
    await permissions.openSettings('screen');
    expect(await permissions.list()).toContainEqual({ name: 'screen', state: 'denied', restart: 'perhaps' });
  });

  it('say in words what the system refused to show', async () => {
    mac.failure = new Error('LSOpen -10814');
    const permissions = appOn(mac);
    await expect(permissions.openSettings('screen')).rejects.toMatchObject({
      error: { code: 'SettingsNotOpened', details: 'Error: LSOpen -10814' },
    });
    await expect(permissions.ask('input')).rejects.toMatchObject({ error: { code: 'PermissionNotAsked' } });
  });

  it('with a damaged memory still work, and set it aside', async () => {
    await writeFile(file(), '{"version":1,"asked":["the moon"]}');
    expect(await appOn(mac).list()).toContainEqual({ name: 'screen', state: 'not-asked' });
    expect(await readdir(folder)).toEqual([expect.stringContaining('.corrupt-')]);
  });

  it('with the memory of a newer version ask all the same, and leave it as it is', async () => {
    const newer = '{"version":2,"asked":{"screen":"2026-12-01"}}';
    await writeFile(file(), newer);
    await appOn(mac).ask('screen');
    expect(mac.calls).toEqual(['request screen']);
    expect(await readFile(file(), 'utf8')).toBe(newer);
  });

  it.each([
    ['granted', false, 'granted'],
    ['restricted', true, 'restricted'],
    ['unknown', false, 'unknown'],
    ['denied', false, 'denied'],
    ['not-determined', true, 'not-asked'],
    ['not-granted', false, 'not-asked'],
    ['not-granted', true, 'denied'],
  ] as const)('%s, asked before: %s, is shown as %s', (access, wasAsked, state) => {
    expect(permissionState(access, wasAsked)).toBe(state);
  });
});
