import { renameSync } from 'node:fs';
import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ID, recorded } from '../recorder/recordedSession';

const SHOT = 'screenshots/000001.jpg';

async function exported() {
  const house = await recorded();
  const { sessions, exporter, paths } = house;
  await exporter.exportSession(ID);
  const row = async () => (await sessions.list())[0]!;
  const inspect = () => sessions.inspect([ID]);
  const shot = path.join(paths.folder, SHOT);
  const aside = `${paths.folder}-aside`;
  return { ...house, row, inspect, takeAway: () => rename(shot, aside), putBack: () => rename(aside, shot) };
}

describe('recorded files', () => {
  it('that are all there are no news, and known to be there once they were looked for', async () => {
    const { row, inspect } = await exported();
    expect((await row()).absentFiles).toBeUndefined();
    expect(await inspect()).toBe(false);
    expect(await row()).toMatchObject({ condition: 'exported', absentFiles: [] });
  });

  it('that are taken away and put back are told each time, and once', async () => {
    const { row, inspect, takeAway, putBack } = await exported();
    await inspect();
    await takeAway();
    expect(await inspect()).toBe(true);
    expect(await row()).toMatchObject({ condition: 'exported', absentFiles: [SHOT] });
    expect(await inspect()).toBe(false);
    await putBack();
    expect(await inspect()).toBe(true);
    expect((await row()).absentFiles).toEqual([]);
  });

  it('are looked for as soon as the bundle is gone, since they are all there is', async () => {
    const { row, inspect, paths, takeAway } = await exported();
    await rm(paths.bundle);
    expect((await row()).absentFiles).toBeUndefined();
    expect(await inspect()).toBe(true);
    expect(await row()).toMatchObject({ problem: { code: 'BundleMissing' }, absentFiles: [] });
    await takeAway();
    await inspect();
    expect((await row()).absentFiles).toEqual([SHOT]);
  });

  it('that an export was refused for end the refusal when they are back', async () => {
    const { row, inspect, exporter, takeAway, putBack } = await exported();
    await takeAway();
    await expect(exporter.exportSession(ID)).rejects.toMatchObject({ error: { code: 'FilesMissing' } });
    await inspect();
    expect(await row()).toMatchObject({ condition: 'export-failed', absentFiles: [SHOT] });
    await putBack();
    expect(await inspect()).toBe(true);
    expect(await row()).toMatchObject({ condition: 'exported', absentFiles: [] });
    expect((await row()).problem).toBeUndefined();
  });

  it('that a bundle was made without are told of when they are back', async () => {
    const { row, inspect, exporter, takeAway, putBack } = await exported();
    await takeAway();
    await exporter.exportSession(ID, { withoutMissing: true });
    await inspect();
    expect(await row()).toMatchObject({ missingFiles: [SHOT], absentFiles: [SHOT] });
    await putBack();
    expect(await inspect()).toBe(true);
    expect(await row()).toMatchObject({ missingFiles: [SHOT], absentFiles: [] });
    await exporter.exportSession(ID);
    await inspect();
    expect(await row()).toMatchObject({ missingFiles: undefined, absentFiles: [] });
  });

  it('are looked for anew when the folder was taken away while they were', async () => {
    const { row, inspect, log, paths } = await exported();
    await writeFile(paths.bundle, 'unreadable');
    const aside = `${paths.folder}-aside`;
    const { warn } = log;
    log.warn = (message) => {
      log.warn = warn;
      expect(message).toBe('the earlier bundle cannot be read');
      renameSync(paths.folder, aside);
    };
    expect(await inspect()).toBe(false);
    await rename(aside, paths.folder);
    await inspect();
    expect((await row()).absentFiles).toEqual([]);
  });

  it('that cannot be looked for are logged once for each reason', async () => {
    const { inspect, log, paths } = await exported();
    const told = () => log.lines.filter(({ message }) => message === 'recorded files not looked for');
    await writeFile(paths.header, JSON.stringify({ version: 99 }));
    await inspect();
    await inspect();
    expect(told()).toHaveLength(1);
  });

  it('of a session that is worked on are not looked for', async () => {
    const { row, inspect, sessions, takeAway } = await exported();
    await takeAway();
    sessions.setActivity(ID, { condition: 'exporting', exportProgress: 1 });
    expect(await inspect()).toBe(false);
    expect((await row()).absentFiles).toBeUndefined();
  });
});

it('a bundle that is replaced by one of the same size is shown as changed', async () => {
  const { row, paths } = await exported();
  expect(await row()).toMatchObject({ condition: 'exported' });
  const { size } = await stat(paths.bundle);
  await writeFile(paths.bundle, Buffer.alloc(size));
  await utimes(paths.bundle, new Date(5000), new Date(5000));
  expect(await row()).toMatchObject({ condition: 'export-failed', problem: { code: 'BundleDamaged' } });
});
