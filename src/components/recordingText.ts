import type { RecordingState } from '../shared/recording';
import type { Capability } from '../shared/session';

const capabilityNames: Readonly<Record<Capability['name'], string>> = {
  video: 'Video',
  microphone: 'Microphone',
  pointer: 'Mouse',
  keyboard: 'Keyboard',
  screenshots: 'Screenshots',
  'window-capture': 'Single windows',
};

export function capabilityName(capability: Capability): string {
  return capabilityNames[capability.name];
}

/** Recorded time so far, pauses excluded, at `nowMs`. */
export function elapsedAt(state: RecordingState, nowMs: number): number {
  return state.phase === 'recording' ? state.elapsedMs + Math.max(0, nowMs - state.atMs) : state.elapsedMs;
}

/** Whether frames are missing where they should come. */
export function isPictureLost(state: RecordingState): boolean {
  return state.phase === 'recording' && !state.framesArriving;
}

export function describePhase(state: RecordingState): string {
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

/** An accelerator as the keys are called here: `Ctrl+Shift+F9`, on a Mac `⌘⇧F9`. */
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
