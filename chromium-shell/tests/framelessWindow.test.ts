import type { BrowserWindow as Window } from 'electron';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, launch, type Launched } from './shell.ts';

type MainGlobals = { toolbar: Window; open(name: string, options: object): Window };

let display: PrivateDisplay;
let openbox: ChildProcess;
let shell: Launched;

function x(tool: string, ...args: string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', env: { ...process.env, DISPLAY: display.name } });
}

beforeAll(async () => {
  display = await startDisplay();
  openbox = spawn('openbox', ['--sm-disable'], { env: { ...process.env, DISPLAY: display.name } });
  await eventually(() => x('xprop', '-root', '_NET_SUPPORTING_WM_CHECK').includes('window id'));
  shell = await launch(display.name);
});

afterAll(async () => {
  await shell?.app.close();
  openbox.kill();
  await display.stop();
});

it('a window without a frame has its size and stays on top under a person’s own window manager', async () => {
  const opened = shell.app.waitForEvent('window');
  await shell.app.evaluate(async () => {
    const g = globalThis as unknown as MainGlobals;
    const look = { frame: false, alwaysOnTop: true, resizable: false, skipTaskbar: true };
    g.toolbar = g.open('toolbar', { ...look, show: false, x: 700, y: 20, width: 300, height: 64 });
    await g.toolbar.loadURL('app://fixture/other.html');
    g.toolbar.showInactive();
  });
  const page = await opened;
  await page.waitForURL('**/other.html');
  const [id] = x('xdotool', 'search', '--name', '^Other$').trim().split('\n');
  const state = () => x('xprop', '-id', id!, '_NET_WM_STATE');
  await eventually(() => state().includes('_STATE_ABOVE') && state().includes('_STATE_SKIP_TASKBAR'));
  const pageSize = () => page.evaluate(() => `${innerWidth} ${innerHeight}`);
  await eventually(async () => (await pageSize()) === '300 64');
  expect(
    await shell.app.evaluate(() => (globalThis as unknown as MainGlobals).toolbar.getBounds()),
  ).toMatchObject({ width: 300, height: 64 });
});
