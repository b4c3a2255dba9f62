/**
 * Puts `text` on the system's clipboard; whether that went well. The event that this takes is kept from the page's own
 * listeners. Handed to a page as its own text: it may name nothing of this file or of others.
 */
export function copyFromPage(text: string): boolean {
  const handlers = {
    // Refused, it says that there is something to copy though nothing is selected.
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
