import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';

const lib = JSON.stringify(path.resolve('scripts', 'lib', 'claim.mjs'));
/** Claims are kept there, and not in the home folder of the person who runs the tests. */
const runtimeDir = mkdtempSync(path.join(os.tmpdir(), 'claims-'));
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));
const env = { ...process.env, XDG_RUNTIME_DIR: runtimeDir };

/** A process that claims `name`, says so or what it was told, and keeps the name until it is killed. */
function holder(name: string, options = '{}', more: { env?: NodeJS.ProcessEnv; before?: string } = {}) {
  const program = `${more.before ?? ''};
    const { claim } = await import(${lib});
    const { said } = await claim(${JSON.stringify(name)}, ${options}).catch(({ message: said }) => ({ said }));
    console.log(said ?? 'held');
    if (!said) setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, ...more.env },
  });
  // One that outlived a failed test would keep the whole run from its end.
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function firstLine({ lines }: ReturnType<typeof holder>): Promise<string> {
  return (await lines.next()).value as string;
}

async function killed({ child }: ReturnType<typeof holder>): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('of two that start in the same instant one holds the name, and the other hears what it says', async () => {
  const name = randomUUID();
  const options = `{ answer: () => 'mine already' }`;
  const both = [holder(name, options), holder(name, options)];
  const said = await Promise.all(both.map(async ({ lines }) => (await lines.next()).value as string));
  expect(said.sort()).toEqual(['held', 'mine already']);
});

it('a start of the app on a data folder that another start has says what that one answers, and ends', async () => {
  // An equals sign is a letter like any other.
  const folder = path.join(os.tmpdir(), `data=${randomUUID()}`);
  const first = holder(`start of ${folder}`, `{ answer: () => 'It is open.' }`);
  expect((await first.lines.next()).value).toBe('held');
  const second = spawn(process.execPath, ['scripts/start.mjs', `--user-data-dir=${folder}`], {
    env: { ...env, DISPLAY: ':none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(second, 'exit');
  expect(await text(second.stderr)).toBe('[session-recorder] It is open.\n');
  expect(await ended).toEqual([0, null]);
});

it('one that waits gets the name when its holder is killed', async () => {
  const name = randomUUID();
  const first = holder(name);
  expect((await first.lines.next()).value).toBe('held');
  const second = holder(name, `{ onTaken: () => console.log('waits') }`);
  expect((await second.lines.next()).value).toBe('waits');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect((await second.lines.next()).value).toBe('held');
});

it('work under one name is never done by two at once', async () => {
  const name = randomUUID();
  const program = `const { oneAtATime } = await import(${lib});
    const { existsSync, rmSync, writeFileSync } = await import('node:fs');
    const mark = ${JSON.stringify(path.join(os.tmpdir(), `claim-${name}`))};
    for (let turn = 0; turn < 20; turn++)
      await oneAtATime(${JSON.stringify(name)}, undefined, async () => {
        if (existsSync(mark)) console.log('two at once');
        writeFileSync(mark, '');
        await new Promise(setImmediate);
        rmSync(mark);
      });
    console.log('done');`;
  const run = async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    await once(child, 'close');
    return lines;
  };
  expect(await Promise.all([run(), run(), run()])).toEqual([['done'], ['done'], ['done']]);
});

it('of many that find a holder dead, exactly one takes its place', async () => {
  const name = randomUUID();
  const dead = holder(name);
  expect(await firstLine(dead)).toBe('held');
  await killed(dead);
  for (let round = 0; round < 2; round++) {
    const all = Array.from({ length: 8 }, () => holder(name, `{ answer: () => 'mine already' }`));
    const said = await Promise.all(all.map(firstLine));
    expect(said.toSorted()).toEqual(['held', ...Array<string>(7).fill('mine already')]);
    // The next round finds another dead one.
    await killed(all[said.indexOf('held')]!);
  }
});

describe.runIf(process.platform !== 'win32')('the socket of a claim', () => {
  it('lies where no other user can reach it, whatever the umask', async () => {
    const one = holder(randomUUID(), '{}', { before: 'process.umask(0)' });
    expect(await firstLine(one)).toBe('held');
    const folder = path.join(runtimeDir, 'session-recorder');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    if (process.platform !== 'linux') return;
    const open = spawnSync('cat', ['/proc/net/unix'], { encoding: 'utf8' }).stdout;
    expect(open.split('\n').filter((line) => line.includes('@session-recorder'))).toEqual([]);
  });

  it('is in no folder that other users can enter', async () => {
    const open = mkdtempSync(path.join(os.tmpdir(), 'open-'));
    const home = mkdtempSync(path.join(os.tmpdir(), 'home-'));
    onTestFinished(() => [open, home].forEach((folder) => rmSync(folder, { recursive: true })));
    chmodSync(open, 0o777);
    const one = holder(randomUUID(), '{}', { env: { XDG_RUNTIME_DIR: open, HOME: home } });
    expect(await firstLine(one)).toBe('held');
    expect(readdirSync(open)).toEqual([]);
  });

  it('is not looked for behind a link, and that is said', async () => {
    const own = mkdtempSync(path.join(os.tmpdir(), 'own-'));
    onTestFinished(() => rmSync(own, { recursive: true }));
    mkdirSync(path.join(own, 'elsewhere'));
    symlinkSync(path.join(own, 'elsewhere'), path.join(own, 'session-recorder'));
    const one = holder(randomUUID(), '{}', { env: { XDG_RUNTIME_DIR: own } });
    expect(await firstLine(one)).toMatch(/session-recorder is not a folder of this user\. Remove it/);
    expect(readdirSync(path.join(own, 'elsewhere'))).toEqual([]);
  });
});

describe.runIf(process.platform !== 'win32')('a holder that misbehaves', () => {
  /** Something of another kind listens where the holder of a name did. */
  async function squatted(onVisit: (socket: net.Socket) => void): Promise<string> {
    const before = new Set(existingClaims());
    const name = randomUUID();
    const first = holder(name);
    expect(await firstLine(first)).toBe('held');
    await killed(first);
    const [claim] = existingClaims().filter((one) => !before.has(one));
    const address = path.join(runtimeDir, 'session-recorder', claim!, '1', 's');
    rmSync(address);
    const server = net.createServer((socket) => onVisit(socket.on('error', () => undefined)));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(address, resolve));
    return name;
  }
  const existingClaims = () => {
    mkdirSync(path.join(runtimeDir, 'session-recorder'), { recursive: true, mode: 0o700 });
    return readdirSync(path.join(runtimeDir, 'session-recorder'));
  };
  const patient = `{ answer: () => 'mine', patienceMs: 1500 }`;
  const reply = (said: string) => JSON.stringify({ version: 1, said });

  it('prints nothing but text on the terminal of a second start', async () => {
    const nasty = '\u001b]52;c;cm0gLXJmIH4=\u0007Run\u202e this:\r\u009b2J\nnow\u2028';
    const name = await squatted((socket) => socket.end(reply(nasty)));
    const second = holder(name, patient);
    expect([await firstLine(second), await firstLine(second)]).toEqual([
      ']52;c;cm0gLXJmIH4=Run this:2J',
      'now',
    ]);
  });

  it.each([
    ['text', 'not json'],
    ['another version', JSON.stringify({ version: 99, said: 'x' })],
    ['no end of text', 'x'.repeat(100_000)],
    ['more than a few lines', reply('x'.repeat(100_000))],
  ])('is told as such when it answers with %s', async (_what, answer) => {
    const name = await squatted((socket) => void socket.write(answer, () => socket.end()));
    expect(await firstLine(holder(name, patient))).toMatch(
      /^Process \d+ holds the .* gives no valid answer\. End it/,
    );
  });

  it('is told as such when it keeps silent', async () => {
    const name = await squatted(() => undefined);
    expect(await firstLine(holder(name, patient))).toMatch(
      /^Process \d+ holds the .* does not answer\. End it/,
    );
  });

  it('is asked again ever more rarely when it hangs up, and then told as such', async () => {
    let visits = 0;
    const name = await squatted((socket) => {
      visits += 1;
      socket.end();
    });
    expect(await firstLine(holder(name, patient))).toMatch(/does not answer/);
    expect(visits).toBeLessThan(12);
  });

  it('is no match for one that visitors pester', async () => {
    const before = new Set(existingClaims());
    const name = randomUUID();
    const options = `{ answer: () => 'still here' }`;
    expect(await firstLine(holder(name, options))).toBe('held');
    const [claim] = existingClaims().filter((one) => !before.has(one));
    const address = path.join(runtimeDir, 'session-recorder', claim!, '1', 's');
    for (let visit = 0; visit < 200; visit++) {
      const socket = net.connect(address).on('error', () => undefined);
      socket.write('not json \u0000'.repeat(1000));
      if (visit % 2) socket.destroy();
      else onTestFinished(() => void socket.destroy());
    }
    expect(await firstLine(holder(name, patient))).toBe('still here');
  });
});
