import type { PermissionName, PermissionView } from '../shared/permissions';
import type { BadgeTone } from './ui/Badge';

/** A permission's label, its purpose, and the consequence of not having it. */
export const permissionText: Readonly<
  Record<PermissionName, { name: string; why: string; without: string }>
> = {
  screen: {
    name: 'Screen recording',
    why: 'Takes the picture of the screen or window that you choose.',
    without: 'Without it nothing can be recorded.',
  },
  input: {
    name: 'Mouse and keyboard',
    why: 'Notes clicks and keys with their times; what you type is left out unless you ask for it. macOS calls this Accessibility.',
    without: 'Without it a recording has the picture only.',
  },
  microphone: {
    name: 'Microphone',
    why: 'Records what you say, while you switch it on.',
    without: 'Without it recordings are silent.',
  },
};

const badges: Readonly<Record<PermissionView['state'], { tone: BadgeTone; text: string }>> = {
  granted: { tone: 'green', text: 'Allowed' },
  denied: { tone: 'red', text: 'Not allowed' },
  'not-asked': { tone: 'amber', text: 'Not asked yet' },
  restricted: { tone: 'gray', text: 'Managed' },
  unknown: { tone: 'gray', text: 'Not known' },
};

export function permissionBadge({ state }: PermissionView): { tone: BadgeTone; text: string } {
  return badges[state];
}

/** The user's next step, or why there is none. */
export function permissionHint({ state, restart }: PermissionView): string | undefined {
  if (restart === 'needed') return 'It was allowed while the app ran: restart the app so that it holds.';
  if (restart === 'perhaps')
    return 'Allow Session Recorder in System Settings, then restart the app: macOS tells it only then.';
  if (state === 'denied' || state === 'unknown') return 'Allow Session Recorder in System Settings.';
  if (state === 'restricted') return 'Whoever manages this computer does not allow it.';
  return undefined;
}

/** Whether the user has to act. A microphone permission that was never requested waits until it is needed. */
export function isOpenQuestion({ name, state, restart }: PermissionView): boolean {
  if (restart !== undefined) return true;
  return state !== 'granted' && !(name === 'microphone' && state === 'not-asked');
}
