import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Action } from '../../../../src/shared/session';
import { ID, nextStart, recorded } from '../recordedSession';
import { lines } from '../recorderHouse';

/** Thirty frames at ten a second. */
const live = path.join(import.meta.dirname, '../../../fixtures/live.webm');
/** The first picture of the segment, on the session's clock. */
const BEGIN_US = 500_000;

const move = (tUs: number) => ({ type: 'move', tUs, display: '1', epoch: 0, x: 1, y: 1 });
const text = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** A recording cut off, whose video ends at 3.5 s, after it was salvaged. */
async function salvaged(actionTimes: number[], frameTimes: number[]) {
  const before = await recorded({ state: 'recording', durationUs: undefined });
  const { paths } = before;
  const segment = 'video/0001.webm';
  await rm(path.join(paths.videoDir, '0001.mp4'));
  await copyFile(live, path.join(paths.folder, segment));
  await writeFile(paths.actionsLog, text(actionTimes.map(move)));
  await writeFile(paths.frames, text(frameTimes.map((tUs) => ({ tUs, segment, ptsUs: tUs - BEGIN_US }))));
  const { salvage, sessions } = nextStart(before);
  await salvage.find();
  await salvage.run();
  const { actions } = JSON.parse(await readFile(paths.actions, 'utf8')) as { actions: Action[] };
  return {
    paths,
    actionTimes: actions.map(({ tUs }) => tUs),
    frameTimes: lines(await readFile(paths.frames, 'utf8')).map((frame) => (frame as { tUs: number }).tUs),
    header: (await sessions.readHeader(ID))!,
  };
}

it('ends the actions of a recording that was cut off where its video ends, and keeps the rest beside them', async () => {
  const session = await salvaged([1_000_000, 3_300_000, 3_700_000], [500_000, 3_400_000, 3_600_000]);
  expect(session.actionTimes).toEqual([1_000_000, 3_300_000]);
  expect(session.frameTimes).toEqual([500_000, 3_400_000]);
  expect(session.header.durationUs).toBe(3_400_000);
  expect(lines(await readFile(session.paths.lateActions, 'utf8'))).toEqual([move(3_700_000)]);
});

it('keeps every action where the picture ends long before: it did not change any more', async () => {
  const session = await salvaged([1_000_000, 7_000_000], [500_000, 3_400_000]);
  expect(session.actionTimes).toEqual([1_000_000, 7_000_000]);
  expect(session.header.durationUs).toBe(7_000_000);
});

it('cuts off what a crash tore of a fragment', async () => {
  const box = (type: string, bytes: number, claims = bytes) => {
    const made = Buffer.alloc(bytes, 1);
    made.writeUInt32BE(claims);
    made.write(type, 4, 'latin1');
    return made;
  };
  const whole = Buffer.concat([box('ftyp', 36), box('moov', 700), box('moof', 200), box('mdat', 5000)]);
  const before = await recorded({ state: 'recording' });
  const file = path.join(before.paths.videoDir, '0001.mp4');
  await writeFile(file, Buffer.concat([whole, box('moof', 200), box('mdat', 900, 4000)]));
  const { salvage, row } = nextStart(before);
  await salvage.find();
  await salvage.run();
  expect(await row()).toMatchObject({ condition: 'exported' });
  expect(await readFile(file)).toEqual(whole);
});
