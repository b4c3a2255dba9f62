import { chromium } from '@playwright/test';
import { findChromium } from '../../../chromium-shell/src/chromium/findChromium';

/** A square around the pointer turns white where the button goes down, and black again soon after. */
const PAGE = `<!doctype html><title>Flasher</title>
<style>html { background: black; cursor: none } div { position: fixed; width: 200px; height: 200px; background: white }</style>
<div hidden></div>
<script>
  const square = document.querySelector('div');
  const reactions = new Map();
  // From the event's own time to the next picture of this page, in steps of 8 ms (W3C Event Timing).
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries())
      if (name === 'mousedown') reactions.set(startTime, duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  addEventListener('mousedown', ({ clientX, clientY, timeStamp }) => {
    reactions.set(timeStamp, 0);
    square.style.left = clientX - 100 + 'px';
    square.style.top = clientY - 100 + 'px';
    square.hidden = false;
    setTimeout(() => (square.hidden = true), 400);
  });
</script>`;

export type Flasher = {
  /** How long the page itself took from each click to its picture (ms); 0 where it was less than 16 ms. */
  reactionsMs(): Promise<number[]>;
  close(): Promise<void>;
};

/** A full-screen window that flashes where it is clicked: somebody else's, so its input is recorded. */
export async function openFlasher(display: string): Promise<Flasher> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    headless: false,
    // A class of its own: the shell's window manager hides what calls itself Chromium until the shell shows it.
    args: ['--kiosk', '--class=Flasher', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...process.env, DISPLAY: display } as Record<string, string>,
  });
  const page = await browser.newPage({ viewport: null });
  await page.setContent(PAGE);
  return { reactionsMs: () => page.evaluate('[...reactions.values()]'), close: () => browser.close() };
}
