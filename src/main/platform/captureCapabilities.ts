import type { Capability } from '../../shared/session';
import type { PermissionAccess } from '../permissionPort';
import { mayListScreens, offersWindows, type CaptureParts } from './captureSources';

export type CapabilityParts = CaptureParts & {
  /** Null if unknown. */
  microphone: () => Promise<Capability | null>;
  activeWindow: () => Promise<Capability>;
};

/** What this system can record, with a reason for each unavailable source. Never makes the system prompt. */
export async function captureCapabilities(parts: CapabilityParts): Promise<Capability[]> {
  const [microphone, windows, activeWindow] = await Promise.all([
    parts.microphone(),
    windowCapability(parts),
    parts.activeWindow(),
  ]);
  const screen = mayListScreens(parts)
    ? { available: true }
    : { available: false, why: 'macOS does not let the app record the screen yet.' };
  const input = inputCapability(parts);
  return [
    { name: 'video', ...screen },
    { name: 'screenshots', ...screen },
    ...(microphone === null ? [] : [microphone]),
    { name: 'pointer', ...input },
    { name: 'keyboard', ...input },
    windows,
    activeWindow,
  ];
}

/** The hook's process crashes without permission, so it is not started. */
function inputCapability({ wayland, permissions }: CaptureParts): Pick<Capability, 'available' | 'why'> {
  if (wayland)
    return {
      available: false,
      why: 'Wayland does not let apps see mouse and keyboard input of other windows.',
    };
  const listens: PermissionAccess = permissions.names.includes('input')
    ? permissions.access('input')
    : 'granted';
  if (listens === 'granted') return { available: true };
  return { available: false, why: 'macOS does not let the app see mouse and keyboard yet.' };
}

async function windowCapability(parts: CaptureParts): Promise<Capability> {
  const name = 'window-capture';
  // The portal lists what it supports. On macOS the screen permission entry explains what is unavailable.
  if (parts.wayland || !mayListScreens(parts) || (await offersWindows(parts)))
    return { name, available: true };
  return { name, available: false, why: 'This system offers the whole screen only, no single windows.' };
}
