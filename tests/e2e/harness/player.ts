import { expect, type Locator, type Page } from '@playwright/test';

type Rgb = { r: number; g: number; b: number };

/** Opens a row's session in the player. */
export async function openInPlayer(page: Page, row: Locator): Promise<void> {
  await row.getByRole('button', { name: 'Open', exact: true }).click({ timeout: 60_000 });
  await expect(
    page.getByRole('region', { name: 'Player' }).getByRole('slider', { name: 'Time' }),
  ).toBeVisible();
}

/** The steps whose words hold `text`, in order. */
export function stepsNamed(page: Page, text: RegExp): Locator {
  return page.getByRole('listbox', { name: 'Steps' }).getByRole('option').filter({ hasText: text });
}

/** Waits until the picture has a colour at a share of its width and height. */
export async function expectColor(page: Page, at: { x: number; y: number }, color: Rgb): Promise<void> {
  const near = (seen: number, part: keyof Rgb) => Math.abs(seen - color[part]) < 24;
  await expect
    .poll(async () => {
      const seen = await page.locator('video').evaluate(readPixel, at);
      const isThere = seen !== null && near(seen.r, 'r') && near(seen.g, 'g') && near(seen.b, 'b');
      // What is seen instead belongs into the failure.
      return isThere ? color : seen;
    }, `the picture is rgb(${color.r}, ${color.g}, ${color.b})`)
    .toEqual(color);
}

/** Runs in the page. null while the video is on its way to a frame. */
function readPixel(element: SVGElement | HTMLElement, at: { x: number; y: number }): Rgb | null {
  const video = element as HTMLVideoElement;
  if (video.seeking || video.readyState < 2) return null;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d')!;
  context.drawImage(video, 0, 0);
  const [r, g, b] = context.getImageData(at.x * canvas.width, at.y * canvas.height, 1, 1).data;
  return { r: r!, g: g!, b: b! };
}
