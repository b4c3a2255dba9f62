import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateBundle } from '../../../../bundle-validator/validateBundle';
import { sessionHeaderSchema } from '../../../../src/shared/session';
import { ID, nextStart, recorded, unzip } from '../recordedSession';

const SHOT = 'screenshots/000001.jpg';
const LOST = 'video/0002.mp4';
const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const mp4 = Buffer.concat([Buffer.from('\0\0\0\x18ftyp', 'latin1'), Buffer.alloc(9000, 7)]);

/** An exported session of two segments and one screenshot. */
async function exportedSession() {
  const house = await recorded({ clocks: [{ tUs: 0, utcMs: 1 }], geometry: geometryOf('1') });
  const { paths, exporter } = house;
  const inFolder = (name: string) => path.join(paths.folder, name);
  await writeFile(inFolder('video/0001.mp4'), mp4);
  await writeFile(inFolder(LOST), mp4);
  await writeFile(inFolder(SHOT), Buffer.from([0xff, 0xd8, 0xff, 1]));
  const frames = ['video/0001.mp4', LOST].map((segment, at) => ({ tUs: at * 1_000_000, segment, ptsUs: 0 }));
  await writeFile(paths.frames, frames.map(line).join(''));
  await exporter.exportSession(ID);
  const refusal = async () => {
    const refused = await exporter.exportSession(ID).then(
      () => expect.unreachable('the export should have been refused'),
      (error: { error: { code: string; message: string; action: string; details: string } }) => error.error,
    );
    expect(refused.code).toBe('FilesMissing');
    return refused;
  };
  return { ...house, inFolder, refusal };
}

function geometryOf(id: string) {
  const display = { id, name: 'Screen', x: 0, y: 0, width: 800, height: 600, scaleFactor: 1 };
  return [{ epoch: 0, tUs: 0, displays: [display] }];
}

describe('an export that would lack what was recorded', () => {
  it('is refused in words, and keeps the bundle that is there', async () => {
    const { paths, sessions, inFolder, refusal } = await exportedSession();
    const before = await readFile(paths.bundle);
    await rm(inFolder(LOST));
    await rm(inFolder(SHOT));
    const { message, action, details } = await refusal();
    expect(message).toBe('No bundle was made: this session’s folder lacks 1 video segment and 1 screenshot.');
    expect(action).toContain('made before is kept');
    expect(details).toBe(`${SHOT}\n${LOST}`);
    expect(await readFile(paths.bundle)).toEqual(before);
    expect(await sessions.isExported(ID)).toBe(true);
    expect(await sessions.list()).toMatchObject([
      { condition: 'export-failed', problem: { code: 'FilesMissing' } },
    ]);
  });

  it('is refused where no bundle is there either, as often as it is tried, also by a repair', async () => {
    const house = await exportedSession();
    await rm(house.paths.bundle);
    await rm(house.paths.exportedMarker);
    await rm(house.inFolder(LOST));
    await house.refusal();
    await house.refusal();
    const next = nextStart(house);
    await next.salvage.find();
    await next.salvage.run();
    expect((await next.row())?.problem?.code).toBe('FilesMissing');
    expect(existsSync(house.paths.bundle)).toBe(false);
  });

  it.each([
    ['the list of screenshots', 'screenshots.jsonl', 'the list of the screenshots'],
    ['the times of the frames', 'frames.jsonl', 'the times of the video’s frames'],
    ['the actions', 'actions.json', 'all actions'],
  ])('is refused for %s by its summary alone', async (_what, name, words) => {
    const { paths, inFolder, refusal } = await exportedSession();
    await rm(paths.bundle);
    await rm(inFolder(name));
    expect((await refusal()).message).toContain(`lacks ${words}.`);
  });

  it('is refused for what only the earlier bundle knows of', async () => {
    const { paths, inFolder, refusal } = await exportedSession();
    await writeFile(paths.screenshotsLog, '');
    await writeFile(inFolder(LOST), '');
    await rm(inFolder(SHOT));
    expect((await refusal()).details).toBe(`${SHOT}\n${LOST}`);
  });

  it('is made when the files are back', async () => {
    const { paths, exporter, inFolder, refusal } = await exportedSession();
    const before = await unzip(paths.bundle);
    await rename(inFolder(LOST), inFolder('elsewhere'));
    await refusal();
    await rename(inFolder('elsewhere'), inFolder(LOST));
    await exporter.exportSession(ID);
    expect(await unzip(paths.bundle)).toEqual(before);
  });
});

describe('an export without what is missing', () => {
  it('says so in header, summary, row and report, and is a valid bundle', async () => {
    const { paths, exporter, sessions, inFolder } = await exportedSession();
    await rm(inFolder(LOST));
    await rm(inFolder(SHOT));
    await exporter.exportSession(ID, { withoutMissing: true });
    const files = await unzip(paths.bundle);
    const header = sessionHeaderSchema.parse(JSON.parse(files.get('session.json')!.toString()));
    expect(header.missing).toEqual([SHOT, LOST]);
    expect(header.video?.segments).toEqual(['video/0001.mp4']);
    expect(files.get('frames.jsonl')!.toString()).not.toContain(LOST);
    expect(files.get('report.html')!.toString()).toContain('1 video segment and 1 screenshot');
    expect(await sessions.list()).toMatchObject([{ condition: 'exported', missingFiles: [SHOT, LOST] }]);
    expect((await validateBundle(paths.bundle)).problems).toEqual([]);
    expect(existsSync(inFolder('.present-only'))).toBe(false);
  });

  it('can be repeated without being asked again, until more is missing', async () => {
    const { paths, exporter, inFolder, refusal } = await exportedSession();
    await rm(inFolder(LOST));
    await exporter.exportSession(ID, { withoutMissing: true });
    const first = await unzip(paths.bundle);
    await rm(paths.bundle);
    await exporter.exportSession(ID);
    expect(await unzip(paths.bundle)).toEqual(first);
    await rm(inFolder(SHOT));
    expect((await refusal()).message).toContain('1 video segment and 1 screenshot');
  });

  it('forgets nothing: what is put back later is in the next bundle, its frames included', async () => {
    const { paths, exporter, sessions, inFolder } = await exportedSession();
    const whole = await unzip(paths.bundle);
    await rename(inFolder(LOST), inFolder('elsewhere'));
    await exporter.exportSession(ID, { withoutMissing: true });
    await rename(inFolder('elsewhere'), inFolder(LOST));
    await exporter.exportSession(ID);
    expect(await unzip(paths.bundle)).toEqual(whole);
    expect((await sessions.list())[0]?.missingFiles).toBeUndefined();
  });

  it('that was cut off leaves nothing behind once the files are back', async () => {
    const { exporter, inFolder } = await exportedSession();
    await mkdir(inFolder('.present-only'));
    await exporter.exportSession(ID);
    expect(existsSync(inFolder('.present-only'))).toBe(false);
  });

  it('goes on lacking the actions though it made an empty list of them', async () => {
    const { exporter, sessions, paths } = await exportedSession();
    await rm(paths.actions);
    await exporter.exportSession(ID, { withoutMissing: true });
    await exporter.exportSession(ID);
    expect((await sessions.list())[0]?.missingFiles).toEqual(['actions.json']);
  });
});

it('a recording that a power cut took the first bytes of a segment from is exported all the same', async () => {
  const { paths, exporter } = await recorded({ state: 'interrupted' });
  await writeFile(paths.frames, line({ tUs: 0, segment: LOST, ptsUs: 0 }));
  await exporter.exportSession(ID);
  expect([...(await unzip(paths.bundle)).keys()]).toContain('video/0001.mp4');
});

it('a recording that was cut off and never exported misses a segment that had lasted', async () => {
  const { paths, exporter } = await recorded({ state: 'interrupted' });
  await writeFile(paths.frames, line({ tUs: 9_000_000, segment: LOST, ptsUs: 9_000_000 }));
  await expect(exporter.exportSession(ID)).rejects.toMatchObject({ error: { code: 'FilesMissing' } });
});
