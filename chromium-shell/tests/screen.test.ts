import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, launch, type Launched } from './shell.ts';

let display: PrivateDisplay;
let shell: Launched;

beforeAll(async () => {
  display = await startDisplay(1280, 800);
  shell = await launch(display.name);
});

afterAll(async () => {
  await shell?.app.close();
  await display.stop();
});

const xrandr = (...args: string[]) =>
  execFileSync('xrandr', args, { env: { ...process.env, DISPLAY: display.name } });

it('tells of a screen that changed its size', async () => {
  await shell.app.evaluate(({ screen }) => {
    const sizes: Electron.Size[] = [];
    Object.assign(globalThis, { sizes });
    screen.on('display-metrics-changed', (_event, { size }) => sizes.push(size));
  });
  // Xvfb offers only its initial size: another mode has to be created first.
  xrandr('--newmode', 'smaller', '31.5', ...'1024 1048 1184 1344 768 771 777 806'.split(' '));
  xrandr('--addmode', 'screen', 'smaller');
  xrandr('--output', 'screen', '--mode', 'smaller');
  await eventually(() =>
    shell.app.evaluate(() =>
      (globalThis as unknown as { sizes: Electron.Size[] }).sizes.some(({ width }) => width === 1024),
    ),
  );
  const bounds = await shell.app.evaluate(({ screen }) => screen.getPrimaryDisplay().bounds);
  expect(bounds).toEqual({ x: 0, y: 0, width: 1024, height: 768 });
});
