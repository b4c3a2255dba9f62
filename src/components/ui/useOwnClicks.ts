import { useRef, type KeyboardEvent, type MouseEvent } from 'react';

/**
 * Button handlers that accept a click only if the press began under the button's current label. If one button replaces
 * another (Upload and Cancel, Pause and Resume), the second half of a double click and the repeats of a held Enter must
 * not press the new one. Clicks without a press count: a keyboard or a screen reader makes them.
 */
export function useOwnClicks() {
  /** The button's label at the press that began the click or the series of clicks. */
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
