import { chromium } from '@playwright/test';
import { findChromium } from '../../../chromium-shell/src/chromium/findChromium';

/** A square around the pointer turns white where the button goes down, and black again soon after. */
const PAGE = `<!doctype html><title>Flasher</title>
<style>html { background: black; cursor: none } div { position: fixed; width: 200px; height: 200px; background: white }</style>
<div hidden></div>
<script>
  const square = document.querySelector('div');
  addEventListener('mousedown', ({ clientX, clientY }) => {
    square.style.left = clientX - 100 + 'px';
    square.style.top = clientY - 100 + 'px';
    square.hidden = false;
    setTimeout(() => (square.hidden = true), 400);
  });
</script>`;

/** A full-screen window that flashes where it is clicked: somebody else's, so its input is recorded. */
export async function openFlasher(display: string): Promise<{ close(): Promise<void> }> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    headless: false,
    // A class of its own: the shell's window manager hides what calls itself Chromium until the shell shows it.
    args: ['--kiosk', '--class=Flasher', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...process.env, DISPLAY: display } as Record<string, string>,
  });
  const page = await browser.newPage({ viewport: null });
  await page.setContent(PAGE);
  return browser;
}
