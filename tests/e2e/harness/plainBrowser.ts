import { readFile } from 'node:fs/promises';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../../../chromium-shell/src/chromium/findChromium';

/** How a video file was played: `ended`, or what went wrong. */
export type Played = { element: string; mediaSource: string };

/** Runs `use` with a page of a browser that knows nothing of the app. */
export async function withBrowser<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}

/** Plays a file to its end, as a whole and through MediaSource. */
export async function play(page: Page, file: string, mimeType: string): Promise<Played> {
  const bytes = (await readFile(file)).toString('base64');
  return page.evaluate(playInPage, { bytes, mimeType });
}

async function playInPage({ bytes, mimeType }: { bytes: string; mimeType: string }): Promise<Played> {
  const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  const toEnd = (video: HTMLVideoElement) =>
    new Promise<string>((resolve) => {
      video.muted = true;
      video.playbackRate = 4;
      video.addEventListener('ended', () => resolve('ended'));
      video.addEventListener('error', () => resolve(video.error?.message ?? 'error'));
      video.play().catch((error: unknown) => resolve(String(error)));
    });
  const whole = document.createElement('video');
  whole.src = URL.createObjectURL(new Blob([content], { type: mimeType }));
  const element = await toEnd(whole);
  const source = new MediaSource();
  const streamed = document.createElement('video');
  streamed.src = URL.createObjectURL(source);
  await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
  const buffer = source.addSourceBuffer(mimeType);
  buffer.appendBuffer(content);
  await new Promise((resolve) => buffer.addEventListener('updateend', resolve, { once: true }));
  if (source.readyState === 'open') source.endOfStream();
  return { element, mediaSource: await toEnd(streamed) };
}
