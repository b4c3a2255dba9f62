import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeUserData } from './shell.ts';

const module = JSON.stringify(path.join(import.meta.dirname, '..', 'src', 'app', 'singleInstance.ts'));

/**
 * A process that requests the single-instance lock of a data folder and prints whether it got the lock and the messages
 * it receives.
 */
function instance(userData: string) {
  const program = `process.umask(0);
    const { SingleInstance } = await import(${module});
    const own = new SingleInstance();
    const told = (second) => console.log('told ' + JSON.stringify(second.argv));
    try {
      if (own.request(${JSON.stringify(userData)}, { argv: ['a', 'b'], cwd: '/', data: null }, told)) {
        console.log('first');
        setInterval(() => {}, 1000);
      } else {
        await own.handedOver;
        console.log('second');
      }
    } catch (error) { console.log(error.message); }`;
  const flags = [
    '--experimental-strip-types',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
  ];
  const child = spawn(process.execPath, [...flags, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, next: async () => (await lines.next()).value as string };
}

async function killed({ child }: ReturnType<typeof instance>): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function holderOf(userData: string): { socket: string } {
  const folder = path.join(userData, 'ShellSingleton');
  const [number] = fs.readdirSync(folder);
  return JSON.parse(fs.readFileSync(path.join(folder, number!, 'holder.json'), 'utf8')) as { socket: string };
}

describe('the only instance of a data folder', () => {
  it('hears of a second one, which learns that it is none', async () => {
    const userData = makeUserData();
    const first = instance(userData);
    expect(await first.next()).toBe('first');
    expect(await instance(userData).next()).toBe('second');
    expect(await first.next()).toBe('told ["a","b"]');
    expect(await instance(makeUserData()).next()).toBe('first');
  });

  it('is one of many that find it killed', async () => {
    const userData = makeUserData();
    for (let round = 0; round < 2; round++) {
      const all = Array.from({ length: 8 }, () => instance(userData));
      const said = await Promise.all(all.map((one) => one.next()));
      expect(said.toSorted()).toEqual(['first', ...Array<string>(7).fill('second')]);
      await killed(all[said.indexOf('first')]!);
    }
  });

  it('is not ended by what comes to its socket, and goes on listening', async () => {
    const userData = makeUserData();
    const first = instance(userData);
    expect(await first.next()).toBe('first');
    const { socket: address } = holderOf(userData);
    const messages = [
      'not json',
      '',
      '7',
      'null',
      '{"argv":"x"}',
      '{"version":1,"argv":[7],"cwd":"/"}',
      'x'.repeat(2 << 20),
    ];
    for (const message of messages) {
      const visitor = net.connect(address).on('error', () => undefined);
      visitor.resume().end(message);
      await new Promise((resolve) => visitor.on('close', resolve));
    }
    // A visitor that neither writes nor disconnects must not block others.
    const silent = net.connect(address);
    onTestFinished(() => void silent.destroy());
    expect(await instance(userData).next()).toBe('second');
    expect(await first.next()).toBe('told ["a","b"]');
  });
});

describe('its claim', () => {
  it('is made where no other user comes in, whatever the umask', async () => {
    const userData = makeUserData();
    expect(await instance(userData).next()).toBe('first');
    expect(fs.statSync(path.join(userData, 'ShellSingleton')).mode & 0o777).toBe(0o700);
    expect(fs.statSync(path.dirname(holderOf(userData).socket)).mode & 0o777).toBe(0o700);
    expect(fs.readFileSync('/proc/net/unix', 'utf8')).not.toContain('@chromium-shell');
  });

  it('is not looked for behind a link', async () => {
    const userData = makeUserData();
    fs.symlinkSync(makeUserData(), path.join(userData, 'ShellSingleton'));
    expect(await instance(userData).next()).toMatch(
      /ShellSingleton is not a folder of this user\. Remove it/,
    );
  });

  it('is not taken for the process that got its number later', async () => {
    const userData = makeUserData();
    const first = instance(userData);
    expect(await first.next()).toBe('first');
    const file = path.join(userData, 'ShellSingleton', '1', 'holder.json');
    const holder = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
    fs.writeFileSync(file, JSON.stringify({ ...holder, startedAt: '1' }));
    expect(await instance(userData).next()).toBe('first');
  });
});
