import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { eventually, launch, makeUserData, processesNaming, start } from './shell.ts';

let display: PrivateDisplay;

beforeAll(async () => {
  display = await startDisplay();
});

afterAll(async () => {
  await display.stop();
});

type MainGlobals = { fixture: { second?: { argv: string[]; cwd: string; data: unknown }; events: string[] } };

/** Resolves when the fixture's window is on the screen. */
function windowShown(): Promise<boolean> {
  return eventually(() => titles().includes('Fixture'), 20_000);
}

function titles(): string {
  try {
    return execFileSync('wmctrl', ['-l'], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, DISPLAY: display.name },
    });
  } catch {
    return ''; // no window manager yet
  }
}

/** A zombie process does not count as alive. */
function isAlive(pid: number): boolean {
  return (
    fs.existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
  );
}

function eventsOf(userData: string): string[] {
  return JSON.parse(fs.readFileSync(path.join(userData, 'events.json'), 'utf8')) as string[];
}

async function ended(shell: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(shell, 'exit')) as [number | null, string | null];
  return code ?? signal!;
}

describe('quitting', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('on %s asks the app and leaves nothing behind', async (signal) => {
    const userData = makeUserData();
    const shell = start(display.name, userData);
    await windowShown();
    shell.kill(signal);
    expect(await ended(shell)).toBe(0);
    const events = eventsOf(userData).filter((name) => /quit|closed/.test(name));
    expect(events).toEqual(['before-quit', 'main:closed', 'will-quit']);
    await eventually(() => processesNaming(userData).length === 0);
  });

  it('follows when whoever reads its output is gone and it speaks', async () => {
    const userData = makeUserData();
    const shell = start(display.name, userData, ['--chatter']);
    await windowShown();
    shell.stdout!.destroy();
    shell.stderr!.destroy();
    expect(await ended(shell)).toBe(0);
    expect(eventsOf(userData)).toContain('before-quit');
  });
});

describe('a second instance', () => {
  it('hands its command line over and leaves', async () => {
    const { app, userData } = await launch(display.name);
    const second = start(display.name, userData, ['hello', '--flag=1']);
    expect(await ended(second)).toBe(0);
    const told = await eventually(() =>
      app.evaluate(() => (globalThis as unknown as MainGlobals).fixture.second),
    );
    expect(told.argv.slice(-2)).toEqual(['hello', '--flag=1']);
    expect(told.cwd).toBe(process.cwd());
    expect(told.data).toEqual({ from: 'second' });
    await app.close();
  });
});

describe('kill -9', () => {
  it('of the main process leaves no process, and the next start is an ordinary one', async () => {
    const userData = makeUserData();
    const { app } = await launch(display.name, userData);
    const childPid = await app.evaluate(
      async ({ utilityProcess, app: electronApp }, folder) => {
        const child = utilityProcess.fork(`${folder}/child.cjs`, [electronApp.getPath('userData')], {
          stdio: 'ignore',
        });
        const answered = new Promise<{ pid: number }>((resolve) => child.once('message', resolve));
        child.postMessage('hello');
        return (await answered).pid;
      },
      path.join(import.meta.dirname, 'fixture'),
    );
    expect(processesNaming(userData).length).toBeGreaterThan(3);
    process.kill(app.process().pid!, 'SIGKILL');
    await eventually(() => processesNaming(userData).length === 0);
    expect(isAlive(childPid)).toBe(false);
    await eventually(() => titles() === ''); // the window manager has exited too

    fs.mkdirSync(path.join(userData, 'ShellChromium'), { recursive: true });
    fs.rmSync(path.join(userData, 'ShellChromium', 'SingletonLock'), { force: true });
    fs.symlinkSync('some-host-999999', path.join(userData, 'ShellChromium', 'SingletonLock'));
    const again = await launch(display.name, userData);
    expect(await again.page.title()).toBe('Fixture');
    await again.app.close();
  });
});

describe('without windows', () => {
  it('the app lives on and can open one again', async () => {
    const { app } = await launch(display.name);
    await app.evaluate(async ({ app: electronApp, BrowserWindow }) => {
      electronApp.removeAllListeners('window-all-closed');
      electronApp.on('window-all-closed', () => undefined);
      const [window] = BrowserWindow.getAllWindows();
      const closed = new Promise((resolve) => window!.once('closed', () => resolve(undefined)));
      window!.destroy();
      await closed;
    });
    const opened = app.waitForEvent('window');
    await app.evaluate(async ({ BrowserWindow }) => {
      await new BrowserWindow({ title: 'Later' }).loadURL('app://fixture/other.html');
    });
    const page = await opened;
    await page.waitForURL('**/other.html');
    await app.close();
  });
});
