import { ok } from './fakeBridge';
import { calmApp, captureOptions, running, shortcuts } from './samples';
import type { UiState } from './states';

const redacting = { ...running, redacting: true };
const typing = { ...running, recordKeyCodes: true };

const listed = { recordActiveWindow: true, excluded: ['KeePass', 'Online*banking', 'Private'] };
const untold = {
  name: 'active-window' as const,
  available: false,
  why: 'xprop and xwininfo must be installed (on Debian and Ubuntu: apt install x11-utils).',
};

/** What a person sees of what is hidden, and of what is not. */
export const privacyStates: Readonly<Record<string, UiState>> = {
  'privacy-list': { replies: calmApp([], { getRecordingSettings: ok(listed) }) },
  'privacy-list-in-vain': {
    replies: calmApp([], {
      getRecordingSettings: ok(listed),
      getCaptureOptions: ok({ ...captureOptions, capabilities: [untold] }),
    }),
    act: (page) => page.getByRole('alert').scrollIntoViewIfNeeded(),
  },
  'privacy-redacting': { replies: calmApp([], { getRecordingState: ok(redacting) }) },
  'privacy-typing': { replies: calmApp([], { getRecordingState: ok(typing) }) },
  'disk-long': { replies: calmApp([], { getRecordingState: ok({ ...running, diskMinutesLeft: 27.4 }) }) },
  'disk-short': { replies: calmApp([], { getRecordingState: ok({ ...typing, diskMinutesLeft: 7.9 }) }) },
  'toolbar-disk': {
    page: 'toolbar',
    replies: { getRecordingState: ok({ ...running, diskMinutesLeft: 3.2 }) },
  },
  'toolbar-redacting': {
    page: 'toolbar',
    replies: { getRecordingState: ok(redacting), getShortcuts: ok(shortcuts) },
  },
  'toolbar-typing': {
    page: 'toolbar',
    replies: { getRecordingState: ok({ ...typing, elapsedMs: 36_754_000 }) },
  },
};
