import { useRef, type KeyboardEvent, type MouseEvent } from 'react';

/**
 * Handlers of a button that let only clicks through that began while it said what it says now. Where one button takes
 * another's place (Upload and Cancel, Pause and Resume), the second half of a double click is no answer to it, and
 * neither is the repetition of an Enter that is held down. All other clicks without a press count: a keyboard or a
 * screen reader makes them.
 */
export function useOwnClicks() {
  /** The button's words when the press came with which the click, or the series of clicks, began. */
  const saidAtPress = useRef<string>(undefined);
  return {
    onKeyDownCapture(event: KeyboardEvent<HTMLElement>) {
      if (event.repeat && event.key === 'Enter') event.preventDefault();
    },
    onMouseDownCapture({ detail, currentTarget }: MouseEvent<HTMLElement>) {
      if (detail <= 1) saidAtPress.current = wordsOf(currentTarget);
    },
    onClickCapture(event: MouseEvent<HTMLElement>) {
      const said = saidAtPress.current;
      const isLater = event.detail > 1;
      if (event.detail === 0 || said === wordsOf(event.currentTarget)) return;
      if (said === undefined && !isLater) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

function wordsOf(button: HTMLElement): string {
  return button.getAttribute('aria-label') ?? button.textContent;
}
