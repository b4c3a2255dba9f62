import type { RecordingState } from '../shared/recording';
import type { Capability } from '../shared/session';
import { formatCount } from './format';

const capabilityNames: Readonly<Record<Capability['name'], string>> = {
  video: 'Video',
  microphone: 'Microphone',
  pointer: 'Mouse',
  keyboard: 'Keyboard',
  screenshots: 'Screenshots',
  'window-capture': 'Single windows',
  'active-window': 'Active window',
};

export function capabilityName(capability: Capability): string {
  return capabilityNames[capability.name];
}

/** Recorded time so far, pauses excluded, at `nowMs`. */
export function elapsedAt(state: RecordingState, nowMs: number): number {
  return state.phase === 'recording' ? state.elapsedMs + Math.max(0, nowMs - state.atMs) : state.elapsedMs;
}

/** Whether frames are missing although they are expected. */
export function isPictureLost(state: RecordingState): boolean {
  return state.phase === 'recording' && !state.framesArriving && !state.redacting;
}

/** The remaining disk time in minutes from which it is shown; from the second value on it is a warning. */
const TOLD_FROM_MINUTES = 30;
const WARNED_FROM_MINUTES = 10;

type DiskText = { text: string; minutes: number; short: boolean };

/** The text about free disk space during a recording; undefined while there is enough. */
export function describeDisk(state: RecordingState): DiskText | undefined {
  const { phase, diskMinutesLeft: minutes } = state;
  const isOn = phase === 'recording' || phase === 'paused';
  if (!isOn || minutes === undefined || minutes > TOLD_FROM_MINUTES) return undefined;
  const left = Math.max(1, Math.floor(minutes));
  return {
    text: `Disk full in about ${left} ${left === 1 ? 'minute' : 'minutes'}`,
    minutes: left,
    short: minutes <= WARNED_FROM_MINUTES,
  };
}

/** The toolbar's second line: warnings come before counts. */
export function describeRunning(state: RecordingState): string {
  const isPaused = state.phase === 'paused';
  if (state.redacting) return isPaused ? 'Paused, redacting' : 'Redacting, all hidden';
  const disk = describeDisk(state);
  if (disk?.short) return `Disk full in ${disk.minutes} min`;
  if (isPaused) return 'Paused';
  if (state.recordKeyCodes) return 'Typing is recorded';
  return formatCount(state.actionCount, 'action', 'actions');
}

export function describePhase(state: RecordingState): string {
  if (state.redacting && (state.phase === 'recording' || state.phase === 'paused'))
    return state.phase === 'paused' ? 'Paused, redacting' : 'Redacting';
  switch (state.phase) {
    case 'idle':
      return 'Ready';
    case 'starting':
      return 'Starting…';
    case 'recording':
      return state.framesArriving ? 'Recording' : 'No picture';
    case 'paused':
      return 'Paused';
    case 'stopping':
      return 'Finishing…';
  }
}

/** The keys of an active shortcut, with this system's key names. */
export function shortcutKeys(accelerator: string | undefined): string | undefined {
  return accelerator && formatShortcut(accelerator, navigator.userAgent.includes('Mac'));
}

/** An accelerator with this system's key names: `Ctrl+Shift+F9`, on a Mac `⌘⇧F9`. */
export function formatShortcut(accelerator: string, isMac: boolean): string {
  const keys = accelerator.split('+').map((key) => (isMac ? macKeys : otherKeys)[key] ?? key);
  return keys.join(isMac ? '' : '+');
}

const macKeys: Readonly<Record<string, string>> = {
  CommandOrControl: '⌘',
  Command: '⌘',
  Control: '⌃',
  Alt: '⌥',
  Shift: '⇧',
};
const otherKeys: Readonly<Record<string, string>> = { CommandOrControl: 'Ctrl', Control: 'Ctrl' };
