import { useEffect } from 'react';

/** In such a part a removed control passes the focus to its neighbour; in a list (`ul`), a row to the next row. */
const PART = '[data-focus-part]';
/** Takes the focus if no neighbour is left. */
const HOME = '[data-focus-home]';
/** Covers the rest of the page; when it closes, the focus returns to its previous element. */
const COVER = '[data-focus-cover]';
const TABBABLE = 'button, a[href], input, select, textarea, [tabindex]:not([tabindex="-1"])';

/** The focused element, and the data to find its neighbour after its removal. */
type Held = {
  element: HTMLElement;
  words: string;
  /** From the element to its ancestors. */
  path: Element[];
  /** The items of each part that contains the element, and the index of the item that contains it. */
  parts: Map<Element, { items: Element[]; at: number }>;
  /** The focus before a cover took it. */
  beneath?: Held;
};

/**
 * Moves the focus to a neighbour when the focused element is removed, disabled or hidden. Otherwise the browser drops
 * it, and keyboard users start again at the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => keepFocus(document.getElementById('root')!), []);
}

function keepFocus(root: HTMLElement): () => void {
  let held: Held | undefined;
  const check = () => {
    if (!held) return;
    refresh(held);
    const active = document.activeElement;
    const isDropped = active === null || active === document.body;
    if (isDropped || (active === held.element && !canFocus(active))) restore(held);
  };
  const onFocusIn = ({ target }: FocusEvent) => {
    // Dialogs and menus are outside of the root and return the focus themselves, unless its element is gone.
    if (target instanceof HTMLElement && root.contains(target)) held = hold(target, held);
  };
  const onFocusOut = ({ target }: FocusEvent) => {
    if (target !== held?.element) return;
    // React and the browser have finished by then: a blur of an element that is still usable was intended.
    queueMicrotask(() => {
      if (target === held?.element && document.activeElement === document.body && canFocus(held.element))
        held = undefined;
    });
  };
  const onPointerDown = () => {
    if (document.activeElement === document.body) held = undefined;
  };
  const changes = new MutationObserver(check);
  changes.observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden', 'inert'],
  });
  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', onFocusOut);
  document.addEventListener('pointerdown', onPointerDown);
  return () => {
    changes.disconnect();
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('focusout', onFocusOut);
    document.removeEventListener('pointerdown', onPointerDown);
  };
}

function hold(element: HTMLElement, before: Held | undefined): Held {
  const path: Element[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) path.push(at);
  const held: Held = { element, words: '', path, parts: new Map() };
  if (element.closest(COVER)) held.beneath = before?.element.closest(COVER) ? before.beneath : before;
  refresh(held);
  return held;
}

/** Updates the neighbours while the element is still among them. */
function refresh(held: Held): void {
  const { element, path, parts, beneath } = held;
  if (beneath) refresh(beneath);
  if (!element.isConnected) return;
  held.words = wordsOf(element);
  for (const part of path.filter((one) => one !== element && one.matches(PART))) {
    const items = itemsOf(part);
    parts.set(part, { items, at: items.findIndex((item) => item.contains(element)) });
  }
}

function restore({ element, words, path, parts, beneath }: Held): void {
  if (canFocus(element)) return focus(element);
  for (const one of path) {
    if (!one.isConnected) {
      if (one.matches(COVER) && beneath) return restore(beneath);
      continue;
    }
    const place = parts.get(one);
    const now = itemsOf(one).filter(canFocus);
    const target = (place && neighbour(now, place.items.slice(0, place.at), words)) ?? homeIn(one);
    if (target) return focus(target);
  }
}

/**
 * The nearest item with the same label, e.g. the next notice's Dismiss; otherwise the next item, or the last one.
 * @param before the items before the removed one
 */
function neighbour(now: Element[], before: Element[], words: string): Element | undefined {
  const next = 1 + now.indexOf(before.findLast((item) => now.includes(item))!);
  const saysTheSame = (item: Element) => words !== '' && wordsOf(item) === words;
  return (
    now.slice(next).find(saysTheSame) ??
    now.slice(0, next).findLast(saysTheSame) ??
    now[next] ??
    now[next - 1]
  );
}

function homeIn(area: Element): Element | undefined {
  return [area, ...area.querySelectorAll(HOME)].findLast((home) => home.matches(HOME) && canFocus(home));
}

function itemsOf(part: Element): Element[] {
  return part instanceof HTMLUListElement ? [...part.children] : [...part.querySelectorAll(TABBABLE)];
}

/** Empty unless the element is a button. */
function wordsOf(element: Element): string {
  if (!(element instanceof HTMLButtonElement)) return '';
  return element.getAttribute('aria-label') ?? element.textContent;
}

function canFocus(element: Element): boolean {
  return (
    element.isConnected &&
    !element.matches(':disabled') &&
    element.closest('[inert]') === null &&
    element.checkVisibility({ visibilityProperty: true })
  );
}

/** Without scrolling: a row may lose a button while the user reads another part of the list. */
function focus(element: Element): void {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}
