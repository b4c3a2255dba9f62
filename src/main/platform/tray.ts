import { Menu, nativeImage, Tray } from 'electron';
import type { TrayActions, TrayState } from '../types';
import { trayIcons } from './trayIcons';

/** The tray icon with its menu; made on first use. */
export function makeTray(): (state: TrayState, actions: TrayActions) => void {
  let tray: Tray | undefined;
  return (state, actions) => {
    const icon = nativeImage.createFromDataURL(trayIcons[state.phase]);
    tray ??= new Tray(icon);
    tray.setImage(icon);
    tray.setToolTip(`Session Recorder – ${state.label}`);
    tray.setContextMenu(Menu.buildFromTemplate(menuFor(state, actions)));
  };
}

function menuFor(state: TrayState, actions: TrayActions): Electron.MenuItemConstructorOptions[] {
  const recording = state.phase !== 'idle';
  return [
    { label: state.label, enabled: false },
    { type: 'separator' },
    { label: recording ? 'Stop' : 'Start recording', click: actions.startOrStop },
    ...(recording ? whileRecording(state, actions) : []),
    { label: 'Open Session Recorder', click: actions.show },
    { type: 'separator' },
    { label: 'Quit', click: actions.quit },
  ];
}

/** While everything is hidden the way out of that stands first. */
function whileRecording({ phase }: TrayState, actions: TrayActions): Electron.MenuItemConstructorOptions[] {
  if (phase === 'redacting') return [{ label: 'End redaction', click: actions.redactOrReveal }];
  return [
    { label: phase === 'paused' ? 'Resume' : 'Pause', click: actions.pauseOrResume },
    { label: 'Redact now', click: actions.redactOrReveal },
  ];
}
