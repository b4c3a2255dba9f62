import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';

const lib = JSON.stringify(path.resolve('scripts', 'lib', 'claim.mjs'));

/** A process that claims `name`, says so, and keeps it until it is killed. */
function holder(name: string, options = '{}') {
  const program = `const { claim } = await import(${lib});
    const { said } = await claim(${JSON.stringify(name)}, ${options});
    console.log(said ?? 'held');
    if (!said) setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // One that outlived a failed test would keep the whole run from its end.
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
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
    env: { ...process.env, DISPLAY: ':none' },
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
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    await once(child, 'close');
    return lines;
  };
  expect(await Promise.all([run(), run(), run()])).toEqual([['done'], ['done'], ['done']]);
});
