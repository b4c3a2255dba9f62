import { useEffect, useEffectEvent } from 'react';
import { commandOf, type PlayerCommand } from './playerKeys';

/** Runs the player's commands for keys pressed anywhere in the window, except where they mean something else. */
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
 * Space and Enter press the button that has the focus; menus and dialogs have keys of their own, and have them as soon as
 * they are open, though the focus may still be on its way to them.
 */
function isElsewhere({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector('[role="menu"], [role="dialog"]')) return true;
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select')) return true;
  return key === ' ' && target.closest('button') !== null;
}
