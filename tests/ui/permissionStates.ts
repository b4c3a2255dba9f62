import type { PermissionView } from '../../src/shared/permissions';
import { ok } from './fakeBridge';
import { calmApp, captureOptions, recordingState, shortcuts } from './samples';
import type { UiState } from './states';

const notYet = [
  { name: 'video', available: false, why: 'macOS does not let the app record the screen yet.' },
  { name: 'screenshots', available: false, why: 'macOS does not let the app record the screen yet.' },
  { name: 'microphone', available: true },
  { name: 'pointer', available: false, why: 'macOS does not let the app see mouse and keyboard yet.' },
  { name: 'keyboard', available: false, why: 'macOS does not let the app see mouse and keyboard yet.' },
  { name: 'window-capture', available: true },
  {
    name: 'active-window',
    available: false,
    why: 'macOS tells window titles only to apps that may record the screen.',
  },
] as const;
const why = 'Wayland does not let apps see mouse and keyboard input of other windows.';
const untold = 'Wayland does not tell apps which window is active.';

/** macOS before anything was asked for. */
export const nothingAsked: PermissionView[] = [
  { name: 'screen', state: 'not-asked' },
  { name: 'input', state: 'not-asked' },
  { name: 'microphone', state: 'not-asked' },
];
export const blindOptions = { ...captureOptions, sources: [], capabilities: [...notYet] };
export const waylandOptions = {
  ...captureOptions,
  sources: [
    { id: 'portal', name: 'A screen', kind: 'screen' as const, thumbnail: '' },
    { id: 'portal-window', name: 'A window', kind: 'window' as const, thumbnail: '' },
  ],
  shortcuts: { ...shortcuts, askedFor: true },
  capabilities: [
    { name: 'video' as const, available: true },
    { name: 'microphone' as const, available: true },
    { name: 'pointer' as const, available: false, why },
    { name: 'keyboard' as const, available: false, why },
    { name: 'active-window' as const, available: false, why: untold },
  ],
};

const withPermissions = (permissions: PermissionView[], options = captureOptions): UiState => ({
  low: true,
  replies: calmApp([], { getPermissions: ok(permissions), getCaptureOptions: ok(options) }),
});

/** What a person sees of what the system lets the app do. */
export const permissionStates: Readonly<Record<string, UiState>> = {
  'permissions-not-asked': withPermissions(nothingAsked, blindOptions),
  'permissions-denied': withPermissions(
    [
      { name: 'screen', state: 'denied', restart: 'perhaps' },
      { name: 'input', state: 'denied' },
      { name: 'microphone', state: 'denied' },
    ],
    blindOptions,
  ),
  'permissions-restart': withPermissions([
    { name: 'screen', state: 'granted', restart: 'needed' },
    { name: 'input', state: 'restricted' },
    { name: 'microphone', state: 'unknown' },
  ]),
  'permissions-given': withPermissions([
    { name: 'screen', state: 'granted' },
    { name: 'input', state: 'granted' },
    { name: 'microphone', state: 'not-asked' },
  ]),
  'permissions-wayland': withPermissions([], waylandOptions),
  'permissions-choosing': {
    low: true,
    replies: calmApp([], {
      getCaptureOptions: ok(waylandOptions),
      getRecordingState: ok(recordingState({ phase: 'starting' })),
    }),
  },
};
