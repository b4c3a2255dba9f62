import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { finaliseActions } from '../../../../src/main/recorder/bundle/finaliseActions';
import { screenshotSchema, type Action } from '../../../../src/shared/session';
import { actionsOf, click, exported, lines, recorderHouse, type House } from '../recorderHouse';

const seconds = (actions: Action[]) =>
  actions.map((action) => [
    action.type,
    action.tUs / 1e6,
    ...('fromUs' in action ? [action.fromUs / 1e6] : []),
  ]);

/** A segment's bytes as the page would send them at this moment. */
const chunk = (house: House, text: string, token = house.platform.token) => house.chunk(token, text);

const lastStart = (house: House) => house.platform.commands.findLast(({ kind }) => kind === 'start');
const starts = (house: House) => house.platform.commands.filter(({ kind }) => kind === 'start').length;
const started = (house: House, count: number) => eventually(() => expect(starts(house)).toBe(count));

/** Ends the redaction, letting the time pass that this takes. */
async function reveal(house: House): Promise<void> {
  const revealed = house.recorder.endRedaction();
  house.pass(500);
  await revealed;
}

/** Where the files of a session lie as a killed app left them, beside those of the app that goes on in the test. */
function pathsOfKilled(house: House, id: string) {
  const copy = path.join(house.sessionsDir, '..', 'killed');
  return {
    ...house.sessions.paths(id),
    actionsLog: `${copy}.jsonl`,
    actions: `${copy}.json`,
    frames: `${copy}.frames`,
    lateActions: `${copy}.late`,
  };
}

describe('a redaction', () => {
  it('keeps nothing of what happens in it, and leaves one event with its start and end', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    click(house, 1, 1);
    await eventually(() => expect(house.recorder.state().screenshotCount).toBe(2));
    house.pass(1000);
    house.recorder.startRedaction();
    expect(house.recorder.state().redacting).toBe(true);
    house.pass(1000);
    click(house, 2, 2);
    await reveal(house);
    expect(house.recorder.state().redacting).toBe(false);
    house.pass(500);
    click(house, 3, 3);
    await house.recorder.stop();
    await exported(house, id);
    const actions = await actionsOf(house, id);
    expect(actions.flatMap((action) => ('x' in action ? [action.x] : []))).toEqual([1, 1, 3, 3]);
    expect(seconds(actions).filter(([type]) => type === 'redaction')).toEqual([['redaction', 3.5, 2]]);
    const shots = lines(await house.text(id, 'screenshots.jsonl')).map((line) =>
      screenshotSchema.parse(line),
    );
    expect(shots.map(({ trigger, tUs }) => [trigger, tUs / 1e6])).toEqual([
      ['start', 0],
      ['press', 1],
      ['press', 4],
      ['stop', 4],
    ]);
  });

  it('refuses from its first instant what the page has not handed over yet', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const token = house.platform.token;
    await chunk(house, 'seen before;');
    house.recorder.startRedaction();
    await expect(chunk(house, 'SECRET', token)).rejects.toMatchObject({ error: { code: 'StaleSegment' } });
    await started(house, 2);
    expect(lastStart(house)).toMatchObject({ segment: '0002', blank: true });
    house.pass(500);
    await reveal(house);
    expect(lastStart(house)).toMatchObject({ segment: '0003', blank: false });
    await house.recorder.stop();
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;seen before;');
    expect(await house.text(id, 'video/0002.mp4')).toBe('head of 0002;tail');
    expect(await house.text(id, 'video/0003.mp4')).toBe('head of 0003;tail');
  });

  it('hides the picture of a resume that is under way', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    await house.recorder.pause();
    house.platform.answersStart = false;
    const resumed = house.recorder.resume();
    await started(house, 2);
    house.recorder.startRedaction();
    house.platform.answersStart = true;
    house.platform.answerStart();
    await resumed;
    await started(house, 3);
    expect(lastStart(house)).toMatchObject({ segment: '0003', blank: true });
    house.pass(5000);
    await house.recorder.stop();
    expect(await house.text(id, 'video/0002.mp4')).toBe('');
    expect(await house.text(id, 'video/0003.mp4')).toBe('head of 0003;tail');
  });

  it('hides the picture that a page gives which is only just opened', async () => {
    const house = await recorderHouse();
    await house.start();
    const { openCapture } = house.platform.windows;
    const loaded = Promise.withResolvers<void>();
    house.platform.windows.openCapture = (sourceId) => loaded.promise.then(() => openCapture(sourceId));
    house.platform.captureGone();
    await eventually(() => expect(house.platform.commands.at(-1)?.kind).toBe('close'));
    house.recorder.startRedaction();
    loaded.resolve();
    await started(house, 3);
    const [, ...later] = house.platform.commands.filter(({ kind }) => kind === 'start');
    expect(later).toMatchObject([{ blank: true }, { blank: true }]);
    await house.recorder.stop();
  });

  it('keeps out a screenshot that was under way', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    const { page } = house.platform;
    // The page that is slow: it answers when everything is hidden already, and has ended again.
    house.platform.page = null;
    click(house, 1, 1);
    const asked = house.platform.commands.at(-1)!;
    const requestId = asked.kind === 'screenshot' ? asked.requestId : '';
    house.recorder.startRedaction();
    house.pass(1000);
    page!.report({ kind: 'screenshot', requestId, width: 4, height: 4, ageMs: 500 });
    page!.screenshot(requestId, new Uint8Array([0xff, 0xd8, 0xff]));
    house.platform.page = page;
    await house.recorder.stop();
    const shots = lines(await house.text(id, 'screenshots.jsonl')) as { trigger: string }[];
    expect(shots.map(({ trigger }) => trigger)).toEqual(['start']);
  });

  it('goes on over a pause and a change of displays', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.recorder.startRedaction();
    await started(house, 2);
    house.pass(500);
    house.platform.displays = [
      { ...house.platform.displays[0]!, bounds: { x: 0, y: 0, width: 9, height: 9 } },
    ];
    house.platform.displaysChanged();
    await started(house, 3);
    expect(lastStart(house)).toMatchObject({ blank: true });
    await house.recorder.pause();
    await house.recorder.resume();
    expect(lastStart(house)).toMatchObject({ segment: '0004', blank: true });
    click(house, 2, 2);
    await house.recorder.pause();
    await reveal(house);
    await house.recorder.resume();
    expect(lastStart(house)).toMatchObject({ segment: '0005', blank: false });
    click(house, 3, 3);
    await house.recorder.stop();
    const xs = (await actionsOf(house, id)).flatMap((action) => ('x' in action ? [action.x] : []));
    expect(xs).toEqual([3, 3]);
  });

  it('asked for again while it ends, goes on as one', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    house.recorder.startRedaction();
    const ended = house.recorder.endRedaction();
    house.recorder.startRedaction();
    house.pass(1000);
    await ended;
    expect(house.recorder.state().redacting).toBe(true);
    await house.recorder.stop();
    const redactions = seconds(await actionsOf(house, id)).filter(([type]) => type === 'redaction');
    expect(redactions).toEqual([['redaction', 2, 1]]);
  });

  it('is refused where nothing is recorded', async () => {
    const house = await recorderHouse();
    expect(() => house.recorder.startRedaction()).toThrow();
    await expect(house.recorder.endRedaction()).rejects.toMatchObject({ error: { code: 'NotNow' } });
  });

  it('is on the disk at once, and ends with what a crash left of the recording', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(2000);
    house.recorder.startRedaction();
    await eventually(async () => expect(await house.text(id, 'actions.jsonl')).toContain('redaction'));
    // What a killed app leaves: the log as it stands, and frames of the black picture after it.
    const killed = pathsOfKilled(house, id);
    await writeFile(killed.actionsLog, await house.text(id, 'actions.jsonl'));
    await appendFile(killed.actionsLog, '{"type":"redact');
    await writeFile(killed.frames, '{"tUs":7000000,"segment":"video/0002.mp4","ptsUs":0}\n');
    await finaliseActions(killed, id);
    const { actions } = JSON.parse(await readFile(killed.actions, 'utf8'));
    expect(seconds(actions as Action[])).toEqual([['redaction', 7, 2]]);
  });

  it('whose end is left out, because it lies behind the end of the video, still covers what was hidden', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    house.recorder.startRedaction();
    house.pass(1000);
    await reveal(house);
    const log = () => house.text(id, 'actions.jsonl');
    await eventually(async () => expect((await log()).match(/redaction/g)).toHaveLength(2));
    const killed = pathsOfKilled(house, id);
    await writeFile(killed.actionsLog, await log());
    await writeFile(killed.frames, '{"tUs":1900000,"segment":"video/0002.mp4","ptsUs":0}\n');
    await finaliseActions(killed, id, 1_900_000);
    const { actions } = JSON.parse(await readFile(killed.actions, 'utf8'));
    expect(seconds(actions as Action[])).toContainEqual(['redaction', 1.9, 1]);
  });
});
