import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import { sessionHeaderSchema } from '../../../../src/shared/session';
import type { ActiveWindow } from '../../../../src/main/platformPort';
import { actionsOf, click, exported, lines, recorderHouse, type House } from '../recorderHouse';

const bounds = { x: 10, y: 20, width: 300, height: 200 };
type Window = Extract<ActiveWindow, { kind: 'window' }>;
const editor: Window = { kind: 'window', app: 'Editor', title: 'notes.txt', bounds };
const bank: Window = { kind: 'window', app: 'Firefox', title: 'My Bank', bounds };
const KEY_A = 30;
const TAB = 15;

type Options = { excluded?: string[]; recordActiveWindow?: boolean; known?: boolean };

async function house({ excluded = [], recordActiveWindow = true, known = true }: Options = {}) {
  const made = await recorderHouse();
  const why = known ? undefined : 'It does not tell.';
  made.platform.capabilities.push({ name: 'active-window', available: known, why });
  made.platform.active = editor;
  await made.settings.save({ recordActiveWindow, excluded });
  await made.start();
  return made;
}

/** A key pressed now, as the hook tells it. */
function press(it: House, keycode = KEY_A): void {
  const atUs = it.clock.monotonicUs();
  it.platform.input.say({ kind: 'events', events: [{ kind: 'keydown', atUs, keycode, mask: 0 }] });
}

/** Lets time pass until the window was looked at once more. */
async function nextLook(it: House, ms = 1000): Promise<void> {
  const before = it.platform.looks;
  it.pass(ms);
  await eventually(() => expect(it.platform.looks).toBeGreaterThan(before));
  await settled();
}

/** What was answered has been worked on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function recorded(it: House) {
  const id = it.sessionId();
  await it.recorder.stop();
  await exported(it, id);
  const header = sessionHeaderSchema.parse(JSON.parse(await it.text(id, 'session.json')));
  const actions = await actionsOf(it, id);
  const shots = lines(await it.text(id, 'screenshots.jsonl')) as { trigger: string; tUs: number }[];
  return { header, actions, shots };
}

describe('the active window', () => {
  it('is recorded when it changes, in physical pixels of a display', async () => {
    const it = await house();
    await nextLook(it);
    it.platform.active = bank;
    await nextLook(it);
    const { actions, header } = await recorded(it);
    const place = { display: '1', epoch: 0, bounds };
    expect(actions).toEqual([
      { type: 'window', tUs: 0, app: 'Editor', title: 'notes.txt', ...place },
      { type: 'window', tUs: 2_000_000, app: 'Firefox', title: 'My Bank', ...place },
    ]);
    expect(header.redaction.activeWindowRecorded).toBe(true);
  });

  it('is recorded under a name of bearable length', async () => {
    const it = await house();
    it.platform.active = { ...bank, app: 'a'.repeat(5000), title: `${'t'.repeat(4095)}😀` };
    await nextLook(it);
    const { actions } = await recorded(it);
    expect(actions.at(-1)).toMatchObject({ app: 'a'.repeat(1000), title: 't'.repeat(4095) });
  });

  it('is asked for once a second, sooner after a click, and not in a pause', async () => {
    const it = await house();
    const before = it.platform.looks;
    await nextLook(it);
    expect(it.platform.looks - before).toBe(1);
    it.clock.advance(500);
    click(it, 5, 5);
    await nextLook(it, 150);
    expect(it.platform.looks - before).toBe(2);
    await it.recorder.pause();
    const paused = it.platform.looks;
    it.pass(5000);
    await settled();
    expect(it.platform.looks).toBe(paused);
    await it.recorder.resume();
    expect(it.platform.looks).toBe(paused + 1);
    await it.recorder.stop();
    it.pass(5000);
    await settled();
    expect(it.platform.looks).toBe(paused + 1);
  });

  it('is not named while it is one of our own', async () => {
    const it = await house();
    it.platform.active = bank;
    it.platform.focused = true;
    await nextLook(it);
    const { actions } = await recorded(it);
    expect(actions).toMatchObject([{ type: 'window', app: 'Editor' }]);
  });

  it('is not asked for where that is switched off, or where the system does not tell', async () => {
    for (const options of [{ recordActiveWindow: false }, { known: false, excluded: ['bank'] }]) {
      const it = await house(options);
      it.pass(3000);
      press(it);
      const { actions, header } = await recorded(it);
      expect(it.platform.looks).toBe(0);
      expect(actions.map(({ type }) => type)).toEqual(['keydown']);
      expect(header.redaction).toMatchObject({ activeWindowRecorded: false });
      expect(header.redaction.excluded).toBeUndefined();
    }
  });

  it('that comes up in a redaction is told after it', async () => {
    const it = await house();
    it.recorder.startRedaction();
    it.platform.active = bank;
    await nextLook(it);
    const revealed = it.recorder.endRedaction();
    it.pass(500);
    await revealed;
    await nextLook(it);
    const { actions } = await recorded(it);
    const windows = actions.filter((action) => action.type === 'window');
    expect(windows).toMatchObject([{ app: 'Editor' }, { app: 'Firefox' }]);
    const redaction = actions.find(({ type }) => type === 'redaction')!;
    expect(windows[1]!.tUs).toBeGreaterThan(redaction.tUs);
  });
});

describe('excluded windows', () => {
  it('are known by what a person sees of their title, in the header too', async () => {
    const it = await house({ excluded: ['Microsoft Edge'] });
    it.platform.active = { ...bank, title: 'Mail - Microsoft\u200B Edge' };
    await nextLook(it);
    await nextLook(it);
    press(it);
    await nextLook(it);
    const id = it.sessionId();
    await it.recorder.stop();
    await exported(it, id);
    const actions = await actionsOf(it, id);
    expect(actions.map(({ type }) => type)).toEqual(['window', 'window']);
    expect(actions[1]).toEqual({ type: 'window', tUs: expect.any(Number), excluded: true });
    it.platform.sources.push({ id: 'window:7', name: 'Microsoft\u200B Edge', kind: 'window', thumbnail: '' });
    await it.start({ sourceId: 'window:7' });
    const header = sessionHeaderSchema.parse(JSON.parse(await it.text(it.sessionId(), 'session.json')));
    expect(header.source.name).toBe('A window that is left out');
    await it.recorder.stop();
  });

  it('have no title, no keys and no screenshots while they have the keyboard; the mouse goes on', async () => {
    const it = await house({ excluded: ['bank'] });
    await nextLook(it);
    press(it);
    await nextLook(it);
    it.platform.active = bank;
    await nextLook(it);
    await nextLook(it);
    press(it);
    click(it, 7, 7);
    await nextLook(it);
    it.platform.active = editor;
    await nextLook(it);
    await nextLook(it);
    press(it);
    await nextLook(it);
    const { actions, header, shots } = await recorded(it);
    expect(actions.map(({ type, tUs }) => [type, tUs / 1e6])).toEqual([
      ['window', 0],
      ['keydown', 1],
      ['window', 3],
      ['press', 4],
      ['release', 4],
      ['window', 6],
      ['keydown', 7],
    ]);
    expect(actions[2]).toEqual({ type: 'window', tUs: 3_000_000, excluded: true });
    expect(JSON.stringify(actions)).not.toContain('Bank');
    expect(shots.map(({ trigger }) => trigger)).toEqual(['start', 'stop']);
    expect(header.redaction).toMatchObject({ excluded: ['bank'], activeWindowRecorded: true });
  });

  it('drop what was typed before it was noticed that one took the keyboard, and gave it back', async () => {
    const it = await house({ excluded: ['bank'] });
    await nextLook(it);
    it.platform.active = bank;
    it.clock.advance(1);
    press(it);
    it.clock.advance(300);
    press(it);
    await nextLook(it, 699);
    it.platform.active = editor;
    it.clock.advance(1);
    press(it);
    await nextLook(it);
    expect((await recorded(it)).actions.some(({ type }) => type === 'keydown')).toBe(false);
  });

  it('drop what was typed while it was not known where', async () => {
    const it = await house({ excluded: ['bank'] });
    await nextLook(it);
    it.platform.active = { kind: 'unknown' };
    it.clock.advance(1);
    press(it);
    await nextLook(it);
    expect((await recorded(it)).actions.some(({ type }) => type === 'keydown')).toBe(false);
  });

  it('drop what was typed where the system does not answer in time', async () => {
    const it = await house({ excluded: ['bank'] });
    await nextLook(it);
    it.platform.activeWindow = () => new Promise(() => undefined);
    it.pass(1000);
    press(it, TAB);
    const id = it.sessionId();
    const stopped = it.recorder.stop();
    await eventually(() => {
      it.pass(1000);
      expect(it.recorder.state().phase).toBe('idle');
    });
    await stopped;
    await exported(it, id);
    expect((await actionsOf(it, id)).some(({ type }) => type === 'keydown')).toBe(false);
  });

  it('keep what was typed just before a pause and a stop', async () => {
    const it = await house({ excluded: ['bank'] });
    it.clock.advance(200);
    press(it);
    it.clock.advance(10);
    await it.recorder.pause();
    it.pass(1000);
    await it.recorder.resume();
    it.clock.advance(200);
    press(it, TAB);
    const { actions } = await recorded(it);
    expect(actions.map(({ type }) => type)).toEqual([
      'window',
      'keydown',
      'pause',
      'window',
      'resume',
      'keydown',
    ]);
  });
});
