import type { RecordingState, ShortcutsInEffect, StartRecording } from '../../shared/recording';
import { AppFailure } from '../../shared/appError';
import type { Logger, ReportNotice } from '../../shared/runtime';
import type { Platform, TrayState } from '../platformPort';
import type { Recorder } from './ports';
import { errorOf, sourceMissing } from './recorderErrors';

export const START_STOP_SHORTCUT = 'CommandOrControl+Shift+F9';
export const PAUSE_RESUME_SHORTCUT = 'CommandOrControl+Shift+F10';
export const REDACT_SHORTCUT = 'CommandOrControl+Shift+F11';

export type RecorderControlsParts = {
  platform: Pick<Platform, 'setTray' | 'registerShortcut' | 'asksForShortcuts' | 'windows' | 'quit'>;
  recorder: Recorder;
  /** Work without a window while nothing is recorded; only the tray shows it. */
  background?: { readonly label: string | undefined; onChange(listener: () => void): void };
  log: Logger;
  report: ReportNotice;
};

/**
 * Connects the recorder to the tray and to global shortcuts.
 * @returns the shortcuts that the system granted
 */
export function installRecorderControls(parts: RecorderControlsParts): ShortcutsInEffect {
  const { platform, recorder, background, log, report } = parts;
  /** These have no caller that could show an error, so a refusal becomes a notice. */
  const run = (what: string, work: () => Promise<void>) => () => {
    work().catch((error: unknown) => {
      log.warn(`${what} refused`, { error: String(error) });
      report('error', errorOf(error));
    });
  };
  const startOrStop = run('start or stop', async () => {
    if (recorder.state().phase === 'idle') await recorder.start(await defaultRequest(recorder));
    else await recorder.stop();
  });
  const pauseOrResume = run('pause or resume', () =>
    recorder.state().phase === 'paused' ? recorder.resume() : recorder.pause(),
  );
  const redactOrReveal = run('redact or reveal', async () => {
    if (recorder.state().redacting) await recorder.endRedaction();
    else recorder.startRedaction();
  });
  const show = run('show', () => platform.windows.showMain());
  const actions = { show, startOrStop, pauseOrResume, redactOrReveal, quit: () => platform.quit() };

  let shown = '';
  const paint = () => {
    const tray = trayState(recorder.state(), background?.label);
    if (JSON.stringify(tray) === shown) return;
    shown = JSON.stringify(tray);
    platform.setTray(tray, actions);
  };
  paint();
  recorder.onChange(paint);
  background?.onChange(paint);

  const register = (shortcut: string, action: () => void) => {
    if (platform.registerShortcut(shortcut, action)) return shortcut;
    log.warn('shortcut not given: another program holds it, or the system gives none', { shortcut });
    return undefined;
  };
  return {
    startStop: register(START_STOP_SHORTCUT, startOrStop),
    pauseResume: register(PAUSE_RESUME_SHORTCUT, pauseOrResume),
    redact: register(REDACT_SHORTCUT, redactOrReveal),
    ...(platform.asksForShortcuts && { askedFor: true }),
  };
}

/** The tray offers no choice: records the first screen without sound. */
async function defaultRequest(recorder: Recorder): Promise<StartRecording> {
  const { sources, capabilities } = await recorder.options({ thumbnails: false });
  const screen = sources.find(({ kind }) => kind === 'screen') ?? sources[0];
  if (screen === undefined) throw new AppFailure(sourceMissing(capabilities));
  return { sourceId: screen.id, microphone: false };
}

function trayState({ phase, redacting }: RecordingState, background = 'Session Recorder'): TrayState {
  if (redacting) return { phase: 'redacting', label: 'Everything is hidden from the recording' };
  switch (phase) {
    case 'idle':
      return { phase: 'idle', label: background };
    case 'paused':
      return { phase: 'paused', label: 'Recording paused' };
    case 'starting':
    case 'recording':
      return { phase: 'recording', label: 'Recording' };
    case 'stopping':
      return { phase: 'recording', label: 'Finishing the recording' };
  }
}
