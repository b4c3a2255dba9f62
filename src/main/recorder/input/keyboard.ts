/*
 * libuiohook's virtual key codes and the Web's KeyboardEvent.code for each.
 * Sources: libuiohook 1.3 uiohook.h; W3C UI Events KeyboardEvent code Values.
 */
type Row = readonly [first: number, ...codes: string[]];

/** Runs of consecutive codes of keys that type a character. */
const printableRows: Row[] = [
  [0x02, 'Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8', 'Digit9', 'Digit0'],
  [0x0c, 'Minus', 'Equal'],
  [0x10, 'KeyQ', 'KeyW', 'KeyE', 'KeyR', 'KeyT', 'KeyY', 'KeyU', 'KeyI', 'KeyO', 'KeyP'],
  [0x1a, 'BracketLeft', 'BracketRight'],
  [0x1e, 'KeyA', 'KeyS', 'KeyD', 'KeyF', 'KeyG', 'KeyH', 'KeyJ', 'KeyK', 'KeyL', 'Semicolon', 'Quote'],
  [0x29, 'Backquote'],
  [0x2b, 'Backslash', 'KeyZ', 'KeyX', 'KeyC', 'KeyV', 'KeyB', 'KeyN', 'KeyM', 'Comma', 'Period', 'Slash'],
  [0x37, 'NumpadMultiply'],
  [0x39, 'Space'],
  [0x47, 'Numpad7', 'Numpad8', 'Numpad9', 'NumpadSubtract', 'Numpad4', 'Numpad5', 'Numpad6', 'NumpadAdd'],
  [0x4f, 'Numpad1', 'Numpad2', 'Numpad3', 'Numpad0', 'NumpadDecimal'],
  [0x73, 'IntlRo'],
  [0x7d, 'IntlYen', 'NumpadComma'],
  [0x0e0d, 'NumpadEqual'],
  [0x0e35, 'NumpadDivide'],
  [0x0e46, 'IntlBackslash'],
];

/** Runs of consecutive codes of keys that do not type. */
const namedRows: Row[] = [
  [0x01, 'Escape'],
  [0x0e, 'Backspace', 'Tab'],
  [0x1c, 'Enter', 'ControlLeft'],
  [0x2a, 'ShiftLeft'],
  [0x36, 'ShiftRight'],
  [0x38, 'AltLeft'],
  [0x3a, 'CapsLock', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'NumLock', 'ScrollLock'],
  [0x57, 'F11', 'F12'],
  [0x5b, 'F13', 'F14', 'F15'],
  [0x63, 'F16', 'F17', 'F18', 'F19', 'F20', 'F21', 'F22', 'F23', 'F24'],
  [0x70, 'KanaMode'],
  [0x79, 'Convert'],
  [0x7b, 'NonConvert'],
  [0x0e1c, 'NumpadEnter', 'ControlRight'],
  [0x0e37, 'PrintScreen', 'AltRight'],
  [0x0e45, 'Pause'],
  [0x0e47, 'Home'],
  [0x0e49, 'PageUp'],
  [0x0e4f, 'End'],
  [0x0e51, 'PageDown', 'Insert', 'Delete'],
  [0x0e5b, 'MetaLeft', 'MetaRight', 'ContextMenu'],
  // The numeric pad with Num Lock off moves the cursor.
  [0xee47, 'Numpad7', 'Numpad8', 'Numpad9'],
  [0xee4b, 'Numpad4', 'Numpad5', 'Numpad6'],
  [0xee4f, 'Numpad1', 'Numpad2', 'Numpad3', 'Numpad0', 'NumpadDecimal'],
  [0xe010, 'MediaTrackPrevious'],
  [0xe019, 'MediaTrackNext'],
  [0xe020, 'AudioVolumeMute', 'LaunchApp2', 'MediaPlayPause'],
  [0xe024, 'MediaStop'],
  [0xe02c, 'Eject'],
  [0xe02e, 'AudioVolumeDown'],
  [0xe030, 'AudioVolumeUp'],
  [0xe032, 'BrowserHome'],
  [0xe048, 'ArrowUp'],
  [0xe04b, 'ArrowLeft'],
  [0xe04d, 'ArrowRight'],
  [0xe050, 'ArrowDown'],
  [0xe05e, 'Power', 'Sleep'],
  [0xe063, 'WakeUp'],
  [
    0xe065,
    'BrowserSearch',
    'BrowserFavorites',
    'BrowserRefresh',
    'BrowserStop',
    'BrowserForward',
    'BrowserBack',
  ],
];

const printable = table(printableRows);
const named = table(namedRows);

/** libuiohook's code of the right Alt key, which is AltGr on many layouts. */
export const ALT_RIGHT_KEYCODE = 0x0e38;

/** A key by its KeyboardEvent.code. An unknown key counts as one that types, so that its name stays private. */
export function keyOf(keycode: number): { code: string; types: boolean } {
  const name = named.get(keycode);
  if (name !== undefined) return { code: name, types: false };
  return { code: printable.get(keycode) ?? 'Unidentified', types: true };
}

export function isEnter(keycode: number): boolean {
  return /Enter$/.test(keyOf(keycode).code);
}

function table(rows: Row[]): Map<number, string> {
  return new Map(rows.flatMap(([first, ...codes]) => codes.map((code, at) => [first + at, code] as const)));
}

/**
 * The bits of `RawInput.mask`. `composes`: a held Alt types characters, not shortcuts. That is AltGr on Windows and
 * Linux (without its bits for Ctrl and Alt), and Option on macOS.
 */
export const inputMask = { shift: 1, ctrl: 2, alt: 4, meta: 8, composes: 16 } as const;

export type Modifier = 'ctrl' | 'alt' | 'shift' | 'meta';
const order = ['ctrl', 'alt', 'shift', 'meta'] as const;

export function modifiersOf(mask: number): Modifier[] {
  return order.filter((name) => (mask & inputMask[name]) !== 0);
}

/** Whether a key pressed now is a shortcut. Shift and AltGr type characters, so they do not count. */
export function holdsShortcut(mask: number): boolean {
  if (mask & inputMask.meta) return true;
  return (mask & (inputMask.ctrl | inputMask.alt)) !== 0 && !(mask & inputMask.composes);
}
