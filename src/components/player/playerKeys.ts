/** The player's keyboard commands. */
export type PlayerCommand =
  | { kind: 'toggle' }
  | { kind: 'by'; seconds: number }
  | { kind: 'step'; by: 1 | -1 }
  | { kind: 'frame'; by: 1 | -1 }
  | { kind: 'to'; where: 'start' | 'end' }
  | { kind: 'speed'; by: 1 | -1 }
  | { kind: 'help' }
  | { kind: 'close' };

type Binding = { keys: readonly string[]; shown: readonly string[]; does: string; command: PlayerCommand };

/** Every key of the player, as its help lists them. `keys`: values of KeyboardEvent.key in lower case. */
export const playerKeys: readonly Binding[] = [
  { keys: [' ', 'k'], shown: ['Space', 'K'], does: 'Play or pause', command: { kind: 'toggle' } },
  { keys: ['arrowup'], shown: ['↑'], does: 'Previous step', command: { kind: 'step', by: -1 } },
  { keys: ['arrowdown'], shown: ['↓'], does: 'Next step', command: { kind: 'step', by: 1 } },
  { keys: ['arrowleft'], shown: ['←'], does: 'Back 1 second', command: { kind: 'by', seconds: -1 } },
  { keys: ['arrowright'], shown: ['→'], does: 'Forward 1 second', command: { kind: 'by', seconds: 1 } },
  { keys: ['j'], shown: ['J'], does: 'Back 10 seconds', command: { kind: 'by', seconds: -10 } },
  { keys: ['l'], shown: ['L'], does: 'Forward 10 seconds', command: { kind: 'by', seconds: 10 } },
  { keys: [','], shown: [','], does: 'Back one frame', command: { kind: 'frame', by: -1 } },
  { keys: ['.'], shown: ['.'], does: 'Forward one frame', command: { kind: 'frame', by: 1 } },
  { keys: ['home'], shown: ['Home'], does: 'To the start', command: { kind: 'to', where: 'start' } },
  { keys: ['end'], shown: ['End'], does: 'To the end', command: { kind: 'to', where: 'end' } },
  { keys: ['<'], shown: ['<'], does: 'Slower', command: { kind: 'speed', by: -1 } },
  { keys: ['>'], shown: ['>'], does: 'Faster', command: { kind: 'speed', by: 1 } },
  { keys: ['?'], shown: ['?'], does: 'This list', command: { kind: 'help' } },
  { keys: ['escape'], shown: ['Esc'], does: 'Back to the sessions', command: { kind: 'close' } },
];

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** The command of a pressed key; undefined if the player does not use the key. */
export function commandOf(event: Pressed): PlayerCommand | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const key = event.key.toLowerCase();
  return playerKeys.find(({ keys }) => keys.includes(key))?.command;
}

export const speeds = [0.5, 1, 1.5, 2, 4] as const;

/** The next speed up or down; the same at either end. */
export function nextSpeed(speed: number, by: 1 | -1): number {
  const index = speeds.findIndex((one) => one === speed);
  return speeds[Math.min(speeds.length - 1, Math.max(0, index + by))]!;
}
