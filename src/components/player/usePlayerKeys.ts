import { useEffect, useEffectEvent } from 'react';
import { commandOf, type PlayerCommand } from './playerKeys';

/** Runs the player's commands for keys pressed anywhere in the window, unless another control uses the key. */
export function usePlayerKeys(run: (command: PlayerCommand) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const command = commandOf(event);
    if (command === undefined || event.defaultPrevented || isElsewhere(event)) return;
    event.preventDefault();
    run(command);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/**
 * Space and Enter press the focused button. Menus and dialogs handle their own keys from the moment they open, even
 * before they have the focus.
 */
function isElsewhere({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector('[role="menu"], [role="dialog"]')) return true;
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select')) return true;
  return key === ' ' && target.closest('button') !== null;
}
