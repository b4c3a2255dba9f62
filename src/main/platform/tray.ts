import { Menu, nativeImage, Tray, type NativeImage } from 'electron';
import type { TrayActions, TrayState } from '../platformPort';
import { trayIcons } from './trayIcons';

const MENU_BAR_POINTS = 16;

/** The tray icon with its menu; created on first use. */
export function makeTray(): (state: TrayState, actions: TrayActions) => void {
  let tray: Tray | undefined;
  return (state, actions) => {
    const icon = process.platform === 'darwin' ? menuBarIcon(state.phase) : iconOf(state.phase);
    tray ??= new Tray(icon);
    tray.setImage(icon);
    tray.setToolTip(`Session Recorder – ${state.label}`);
    tray.setContextMenu(Menu.buildFromTemplate(menuFor(state, actions)));
  };
}

function iconOf(phase: TrayState['phase']): NativeImage {
  return nativeImage.createFromDataURL(trayIcons[phase]);
}

/** macOS draws an image at its own size: 16 points, with the full picture for displays with a scale factor of 2. */
function menuBarIcon(phase: TrayState['phase']): NativeImage {
  const picture = iconOf(phase);
  const icon = nativeImage.createEmpty();
  const size = { width: MENU_BAR_POINTS, height: MENU_BAR_POINTS };
  icon.addRepresentation({ scaleFactor: 1, dataURL: picture.resize(size).toDataURL() });
  icon.addRepresentation({ scaleFactor: 2, dataURL: picture.toDataURL() });
  // A template takes the menu bar's color. While work is running the icon keeps its color, because the color shows the
  // phase.
  icon.setTemplateImage(phase === 'idle');
  return icon;
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

/** During a redaction the only item offered is the one that ends it. */
function whileRecording({ phase }: TrayState, actions: TrayActions): Electron.MenuItemConstructorOptions[] {
  if (phase === 'redacting') return [{ label: 'End redaction', click: actions.redactOrReveal }];
  return [
    { label: phase === 'paused' ? 'Resume' : 'Pause', click: actions.pauseOrResume },
    { label: 'Redact now', click: actions.redactOrReveal },
  ];
}
