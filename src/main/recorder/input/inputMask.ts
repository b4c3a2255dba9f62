/**
 * The bits of `RawInput.mask`. `composes` is set while a held Alt makes characters instead of shortcuts: AltGr on
 * Windows and Linux (where the bits of Ctrl and Alt that come with it are left out), Option on macOS.
 */
export const inputMask = { shift: 1, ctrl: 2, alt: 4, meta: 8, composes: 16 } as const;

export type Modifier = 'ctrl' | 'alt' | 'shift' | 'meta';
const order = ['ctrl', 'alt', 'shift', 'meta'] as const;

export function modifiersOf(mask: number): Modifier[] {
  return order.filter((name) => (mask & inputMask[name]) !== 0);
}

/** Whether a key pressed now is a shortcut's. Shift and AltGr make characters, so they do not count. */
export function holdsShortcut(mask: number): boolean {
  if (mask & inputMask.meta) return true;
  return (mask & (inputMask.ctrl | inputMask.alt)) !== 0 && !(mask & inputMask.composes);
}
