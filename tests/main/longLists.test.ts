import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lostFiles } from '../../src/components/missingText';
import { makeFoldersSync } from '../../src/lib/privateFolder';
import { placeSegments } from '../../src/main/player/segments';
import { finaliseActions } from '../../src/main/recorder/bundle/finaliseActions';
import { dropUnrecordedFrames, assertComplete } from '../../src/main/recorder/bundle/missingEntries';
import { sessionPaths } from '../../src/main/sessions/sessionPaths';
import { attachScreenshots } from '../../src/shared/playback/attachScreenshots';
import { deriveSteps } from '../../src/shared/playback/deriveSteps';
import { placeOnPicture } from '../../src/shared/playback/placeOnPicture';
import type { Step } from '../../src/shared/playback/step';
import { type Action, actionsFileSchema, type Screenshot } from '../../src/shared/session';
import { collect, stream } from '../shared/playback/streams';
import { temporaryFolder } from './recorder/recorderHouse';

/*
 * A folder that was copied in may list a million of anything. Held against each other one by one, the lists below take
 * minutes; a test that does so ends by its time limit.
 */
const MANY = 100_000;
const many = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index));
const segment = (index: number) => `video/${String(index).padStart(7, '0')}.mp4`;
const display = { id: '1', name: 'Screen', x: 0, y: 0, width: 800, height: 600, scaleFactor: 1 };

async function emptySession() {
  const paths = sessionPaths(await temporaryFolder(), '20261101-101500-00ab');
  makeFoldersSync(paths.folder);
  return paths;
}

describe('long lists in a session’s folder', () => {
  it('of segments and of their frames', async () => {
    const paths = await emptySession();
    const line = (index: number) => `{"tUs":${index},"segment":"${segment(index)}","ptsUs":0}\n`;
    await writeFile(paths.frames, many(line).join(''));
    await dropUnrecordedFrames(paths, many(segment).slice(1));
    expect((await readFile(paths.frames, 'utf8')).startsWith(line(1))).toBe(true);
  });

  it('of segments without frames, of silences and of arrangements of the displays', () => {
    const files = many(segment);
    const seenIn = { fromUs: 0, lastUs: 0, points: [{ tUs: 0, ptsUs: 0 }] };
    const frames = new Map([
      [files[0]!, seenIn],
      ...files
        .slice(MANY / 2)
        .map((file, index) => [file, { ...seenIn, fromUs: index, lastUs: index }] as const),
    ]);
    const silences = many((tUs) => ({ fromUs: tUs, untilUs: tUs, why: 'pause' as const }));
    const geometry = many((epoch) => ({ epoch, tUs: epoch, displays: [] }));
    const placed = placeSegments({ files, frames, silences, geometry, durationUs: 5 });
    expect(placed).toHaveLength(MANY);
    expect(placed.at(-1)!.epoch).toBe(MANY / 2 - 1);
  });

  it('of missing files, of which some were agreed to', async () => {
    const missingFiles = many(segment);
    const absentFiles = missingFiles.toReversed();
    expect(lostFiles({ absentFiles, missingFiles: missingFiles.slice(1) })).toEqual([segment(0)]);
    await assertComplete(await emptySession(), absentFiles, missingFiles);
  });

  it('of actions, the last first', async () => {
    const paths = await emptySession();
    await writeFile(paths.actionsLog, many((index) => `{"type":"pause","tUs":${MANY - index}}\n`).join(''));
    await finaliseActions(paths, '20261101-101500-00ab');
    const { actions } = actionsFileSchema.parse(JSON.parse(await readFile(paths.actions, 'utf8')));
    expect(actions.map(({ tUs }) => tUs)).toEqual(many((index) => index + 1));
  });

  it('of screenshots and steps of one instant', async () => {
    const step = { kind: 'click', tUs: 1, untilUs: 1, firstAction: 0, actionCount: 1, count: 1 } as Step;
    const shot: Screenshot = { tUs: 1, file: 'screenshots/1.jpg', trigger: 'enter', width: 4, height: 4 };
    const steps = await collect(
      attachScreenshots(stream(many(() => ({ ...step }))), stream(many(() => ({ ...shot })))),
    );
    expect(steps).toHaveLength(2 * MANY);
  });

  it('of keys and keyboards', async () => {
    const keyboard = Array.from({ length: 10_000 }, (_, tUs) => ({ tUs: tUs * 1_000_000, keys: {} }));
    const key = (index: number): Action[] => [
      { type: 'keydown', tUs: index, key: 'Enter', modifiers: [] },
      { type: 'window', tUs: index, app: 'a', title: String(index) } as Action,
    ];
    expect(await collect(deriveSteps(many(key).flat(), keyboard))).not.toEqual([]);
  });

  it('of clicks and arrangements of the displays', () => {
    const geometry = many((epoch) => ({ epoch, tUs: epoch, displays: [display] }));
    const source = { id: 's', name: 's', kind: 'screen', display: '1' } as const;
    const point = { display: '1', x: 400, y: 300 };
    const places = many((epoch) =>
      placeOnPicture({ source, geometry }, epoch, { ...point, epoch }, { width: 800, height: 600 }),
    );
    expect(places.every((place) => place?.x === 0.5)).toBe(true);
  });
});
