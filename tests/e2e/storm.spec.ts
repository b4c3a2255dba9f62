import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action } from '../../src/shared/session';
import { desktopOn } from './harness/desktop';
import { onlySession, startRecording, stopAndExport } from './harness/record';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

const ROUNDS = 4000;
/** Five events each: 20,000 in about a minute. */
const round = (index: number) => [
  `mousemove ${200 + (index % 1000)} ${400 + (index % 300)}`,
  'mousedown 1',
  'mouseup 1',
  'keydown --delay 0 a',
  'keyup --delay 0 a',
  'sleep 0.013',
];

test('20,000 input events in a minute: none is lost and their order is kept', async ({
  display,
  launch,
  userDataDir,
}) => {
  test.setTimeout(240_000);
  const desktop = desktopOn(display);
  const app = await launch();
  const toolbar = await startRecording(app);
  await desktop.play(Array.from({ length: ROUNDS }, (_, index) => round(index)).flat());
  await stopAndExport(app, toolbar, 90_000);

  const { folder } = await onlySession(userDataDir);
  const { actions } = JSON.parse(await readFile(path.join(folder, 'actions.json'), 'utf8')) as {
    actions: Action[];
  };
  const moves = actions.filter(({ type }) => type === 'move');
  // A click on the toolbar's Stop button is none of these: input on our own windows is not recorded.
  const others = actions.filter(({ type }) => type !== 'move').map(({ type }) => type);
  const expected = Array.from({ length: ROUNDS }, () => ['press', 'release', 'keydown', 'keyup']).flat();
  expect(others).toHaveLength(expected.length);
  expect(others).toEqual(expected);
  const presses = actions.filter((action) => action.type === 'press');
  for (const [index, { x, y }] of presses.entries())
    expect({ x, y }).toEqual({ x: 200 + (index % 1000), y: 400 + (index % 300) });
  const seconds = (actions.at(-1)!.tUs - actions[0]!.tUs) / 1e6;
  // Where the pointer was pressed is never thinned out, so with this many clicks no position is.
  expect(moves).toHaveLength(ROUNDS);
  console.log(`storm: ${actions.length} actions kept of 20,000 events in ${seconds.toFixed(0)} s`);
});
