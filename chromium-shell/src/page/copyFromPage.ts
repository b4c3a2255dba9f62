/**
 * Copies `text` to the system's clipboard; returns whether that succeeded. Hides the event from the page's own
 * listeners. Injected into a page as source text: it must not refer to anything else in this file or in others.
 */
export function copyFromPage(text: string): boolean {
  const handlers = {
    // Cancelling it announces that there is something to copy although nothing is selected.
    beforecopy: () => undefined,
    copy: (event: ClipboardEvent) => event.clipboardData!.setData('text/plain', text),
  };
  const handle = (event: Event) => {
    event.stopImmediatePropagation();
    event.preventDefault();
    handlers[event.type as keyof typeof handlers](event as ClipboardEvent);
  };
  for (const type of Object.keys(handlers)) window.addEventListener(type, handle, true);
  const isCopied = document.execCommand('copy');
  for (const type of Object.keys(handlers)) window.removeEventListener(type, handle, true);
  return isCopied;
}
