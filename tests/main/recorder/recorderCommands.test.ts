import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import type { Reply } from '../../../src/shared/appError';
import type { CaptureOptions } from '../../../src/shared/recording';
import { makeBinder } from '../../../src/main/bindCommand';
import { bindRecorderCommands } from '../../../src/main/recorder/recorderCommands';
import {
  installRecorderControls,
  PAUSE_RESUME_SHORTCUT,
  START_STOP_SHORTCUT,
} from '../../../src/main/recorder/recorderControls';
import { exported, recorderHouse } from './recorderHouse';

async function commandHouse(shortcuts = {}) {
  const house = await recorderHouse();
  const handlers = new Map<string, (args: unknown[]) => Promise<Reply<unknown>>>();
  const bind = makeBinder({ handle: (name, _caller, run) => void handlers.set(name, run) }, house.log);
  const asked: string[] = [];
  const kept: string[] = [];
  /** What happens while an upload is being let go. */
  const meanwhile = { run: (): void => undefined };
  const beforeDelete = async (sessionId: string) => {
    asked.push(sessionId);
    meanwhile.run();
  };
  const onKept = async (sessionId: string) => void kept.push(sessionId);
  bindRecorderCommands({ ...house, bind, beforeDelete, onKept, shortcuts });
  const call = (name: string, ...args: unknown[]) => handlers.get(name)!(args);
  return { ...house, call, asked, kept, meanwhile };
}

const refused = (code: string) => ({ ok: false, error: { code } });

describe('the commands', () => {
  it('record a session from start to stop', async () => {
    const { call, sessions } = await commandHouse();
    expect(await call('getCaptureOptions')).toMatchObject({
      ok: true,
      value: { sources: [{ kind: 'screen' }], microphoneAvailable: false },
    });
    for (const name of ['startRecording', 'pauseRecording', 'resumeRecording', 'stopRecording'])
      expect(
        await call(name, ...(name === 'startRecording' ? [{ sourceId: 'screen:0', microphone: false }] : [])),
      ).toEqual({
        ok: true,
        value: undefined,
      });
    expect(await sessions.ids()).toHaveLength(1);
  });

  it('refuse a source that is not there', async () => {
    const { call } = await commandHouse();
    expect(await call('startRecording', { sourceId: 'screen:9', microphone: false })).toMatchObject(
      refused('SourceGone'),
    );
    expect(await call('getRecordingState')).toMatchObject({
      value: { phase: 'idle', problem: { code: 'SourceGone' } },
    });
  });

  it('delete a session after its upload was let go, and not while it records', async () => {
    const { call, recorder, sessions, start, sessionId, asked } = await commandHouse();
    await start();
    const id = sessionId();
    expect(await call('deleteSession', id)).toMatchObject(refused('SessionBusy'));
    await recorder.stop();
    await eventually(async () => expect(await sessions.isExported(id)).toBe(true));
    await eventually(async () => expect(await call('deleteSession', id)).toMatchObject({ ok: true }));
    expect(asked).toContain(id);
    expect(existsSync(sessions.paths(id).folder)).toBe(false);
    expect(await call('deleteSession', id)).toMatchObject(refused('UnknownSession'));
  });

  it('tell of a session that stays after its upload was let go', async () => {
    const house = await commandHouse();
    const { call, recorder, exporter, sessions, start, sessionId, kept, meanwhile } = house;
    await start();
    const id = sessionId();
    await recorder.stop();
    await exported(house, id);
    await eventually(() => expect(exporter.isExporting(id)).toBe(false));
    meanwhile.run = () => exporter.startExport(id);
    expect(await call('deleteSession', id)).toMatchObject(refused('SessionBusy'));
    expect(kept).toEqual([id]);
    await eventually(() => expect(exporter.isExporting(id)).toBe(false));
    meanwhile.run = () => undefined;
    expect(await call('deleteSession', id)).toMatchObject({ ok: true });
    expect(kept).toEqual([id]);
    expect(await sessions.exists(id)).toBe(false);
  });

  it.each(['exportSession', 'showSessionInFolder', 'deleteSession'])(
    '%s refuses a path for an id',
    async (name) => {
      const { call } = await commandHouse();
      expect(await call(name, '../../etc')).toMatchObject(refused('BadArguments'));
    },
  );
});

describe('tray and shortcuts', () => {
  it('start, pause, resume and stop, and the tray shows it', async () => {
    const { platform, recorder, log } = await recorderHouse();
    installRecorderControls({ platform, recorder, log, report: () => {} });
    const press = async (shortcut: string, phase: string) => {
      platform.shortcuts.get(shortcut)!();
      await eventually(() => expect(recorder.state().phase).toBe(phase));
    };
    expect(platform.tray?.phase).toBe('idle');
    await press(START_STOP_SHORTCUT, 'recording');
    expect(platform.tray?.phase).toBe('recording');
    await press(PAUSE_RESUME_SHORTCUT, 'paused');
    expect(platform.tray?.phase).toBe('paused');
    platform.trayActions?.pauseOrResume();
    await eventually(() => expect(recorder.state().phase).toBe('recording'));
    await press(START_STOP_SHORTCUT, 'idle');
    expect(platform.tray?.phase).toBe('idle');
  });

  it('are told to the pages as far as the system gave them', async () => {
    const { platform, recorder, log } = await recorderHouse();
    platform.registerShortcut = (accelerator) => accelerator !== PAUSE_RESUME_SHORTCUT;
    const shortcuts = installRecorderControls({ platform, recorder, log, report: () => {} });
    const { call } = await commandHouse(shortcuts);
    const { value } = (await call('getCaptureOptions')) as { value: CaptureOptions };
    expect(value.shortcuts).toMatchObject({ startStop: START_STOP_SHORTCUT, pauseResume: undefined });
  });

  it('tell why a start was refused', async () => {
    const { platform, recorder, log } = await recorderHouse();
    const told: string[] = [];
    installRecorderControls({ platform, recorder, log, report: (_kind, { code }) => void told.push(code) });
    platform.sources = [];
    platform.trayActions?.startOrStop();
    await eventually(() => expect(told).toEqual(['SourceGone']));
  });
});
