import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeInputHooks, type InputParts } from '../../../src/main/platform/inputProcess';
import { InputThreads } from '../../../src/main/platform/inputThread';
import type { InputMessage, InputProcess } from '../../../src/main/inputPort';
import { startXvfb } from '../../../scripts/lib/xvfb.mjs';
import { eventually } from '../../eventually';
import { SilentLog } from '../../fakes/SilentLog';

const RETINA = [
  { bounds: { x: 0, y: 0, width: 1440, height: 900 }, scaleFactor: 2 },
  { bounds: { x: 1440, y: 0, width: 1920, height: 1080 }, scaleFactor: 1 },
];

/** A hook's module that tells two places and ends when it is told to, after the time that stopping takes it. */
const HOOK = `const { parentPort } = require('node:worker_threads');
  parentPort.postMessage({ kind: 'ready' });
  parentPort.postMessage({ kind: 'events', events: [
    { kind: 'press', atUs: 1, x: 100, y: 50, button: 1, mask: 0 },
    { kind: 'move', atUs: 2, x: 1450, y: 20, button: 0, mask: 0 },
    { kind: 'keydown', atUs: 3, keycode: 30, mask: 0 },
  ] });
  parentPort.on('message', (message) => message === 'stop' && setTimeout(() => parentPort.close(), 100));`;

async function macHooks({ module = HOOK, trusted = true } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'input-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'inputHost.js'), module);
  const log = new SilentLog();
  const hooks = makeInputHooks({
    ...{ os: 'darwin', folder, log, displays: () => RETINA },
    mayObserveInput: () => trusted,
    utilityProcess: {
      fork() {
        throw new Error('no process of its own on macOS');
      },
    },
  });
  return { hooks, log };
}

/** What a hook says, in order, its end included. */
function heard(hook: InputProcess): (InputMessage | { exit: number | null })[] {
  const all: (InputMessage | { exit: number | null })[] = [];
  hook.onMessage((message) => all.push(message));
  hook.onExit((exit) => all.push({ exit }));
  return all;
}

describe('the input hook on macOS', () => {
  it('runs in this process and tells places in pixels', async () => {
    const { hooks } = await macHooks();
    const hook = hooks.start();
    const all = heard(hook);
    await eventually(() => expect(all).toHaveLength(2));
    expect(all[1]).toMatchObject({
      kind: 'events',
      events: [
        { kind: 'press', atUs: 1, x: 200, y: 100, button: 1 },
        { kind: 'move', atUs: 2, x: 2890, y: 20 },
        { kind: 'keydown', atUs: 3, keycode: 30 },
      ],
    });
    hook.kill();
    await hooks.ended();
    expect(all.at(-1)).toEqual({ exit: 0 });
  });

  it('starts the next one only when the one before has ended, and none that is not wanted any more', async () => {
    const { hooks } = await macHooks();
    const order: string[] = [];
    const named = (name: string) => {
      const hook = hooks.start();
      hook.onMessage(({ kind }) => kind === 'ready' && order.push(`${name} ready`));
      hook.onExit(() => order.push(`${name} ended`));
      return hook;
    };
    const first = named('first');
    await eventually(() => expect(order).toEqual(['first ready']));
    first.kill();
    named('second').kill();
    const third = named('third');
    await eventually(() => expect(order).toContain('third ready'));
    third.kill();
    await hooks.ended();
    expect(order).toEqual(['first ready', 'first ended', 'second ended', 'third ready', 'third ended']);
  });

  it('puts up no question of the system: without leave it fails at once', async () => {
    const { hooks } = await macHooks({ trusted: false });
    const all = heard(hooks.start());
    await eventually(() => expect(all).toMatchObject([{ kind: 'failed' }]));
    await hooks.ended();
  });

  it('tells and logs what broke in the thread', async () => {
    const { hooks, log } = await macHooks({ module: "throw new Error('no hook here')" });
    const all = heard(hooks.start());
    await eventually(() => expect(all).toMatchObject([{ kind: 'failed' }, { exit: 1 }]));
    expect(JSON.stringify(log)).toContain('no hook here');
    await hooks.ended();
  });
});

describe('threads for the input hook', () => {
  it('that cannot be started say so, and keep neither the next one nor the app', async () => {
    const log = new SilentLog();
    // Of a relative path the system makes no thread, and says so at once.
    const threads = new InputThreads('inputHost.js', log);
    for (let round = 0; round < 2; round += 1) {
      const all = heard(threads.start());
      await threads.ended;
      expect(all).toMatchObject([{ kind: 'failed' }, { exit: null }]);
    }
    expect(log.lines).toHaveLength(2);
  });

  it('outlive a listener that throws', async () => {
    const threads = new InputThreads('inputHost.js', new SilentLog());
    threads.start().onExit(() => {
      throw new Error('not my day');
    });
    await threads.ended;
    const all = heard(threads.start());
    await threads.ended;
    expect(all).toHaveLength(2);
  });
});

describe('the input hook elsewhere', () => {
  it('runs in a process of its own, and its places are pixels already', () => {
    const child = Object.assign(new EventEmitter(), { kill: () => true });
    const forked: string[] = [];
    const parts: InputParts = {
      ...{ os: 'win32', folder: '/app', log: new SilentLog(), displays: () => RETINA },
      mayObserveInput: () => false,
      utilityProcess: { fork: (file) => (forked.push(file), child as never) },
    };
    const all = heard(makeInputHooks(parts).start());
    const message = { kind: 'events', events: [{ kind: 'move', atUs: 1, x: 7, y: 8, button: 0, mask: 0 }] };
    child.emit('message', message);
    child.emit('exit', 9);
    expect(forked).toEqual([path.join('/app', 'inputHost.js')]);
    expect(all).toEqual([message, { exit: 9 }]);
  });
});

const source = (...parts: string[]) =>
  JSON.stringify(pathToFileURL(path.resolve('src', 'main', ...parts)).href);
/** Lets plain Node load our TypeScript. */
const LOADS_TS = `const { registerHooks, stripTypeScriptTypes } = require('node:module');
  const { readFileSync } = require('node:fs');
  registerHooks({
    resolve(specifier, context, next) {
      try { return next(specifier, context); } catch { return next(specifier + '.ts', context); }
    },
    load: (url, context, next) => url.endsWith('.ts')
      ? { format: 'module', shortCircuit: true, source: stripTypeScriptTypes(readFileSync(new URL(url), 'utf8')) }
      : next(url, context),
  });
`;
/** A program that starts one hook after another in itself, and prints what they tell. A line of input stops the present one. */
const PROGRAM = `${LOADS_TS}
  (async () => {
    const { InputThreads } = await import(${source('platform', 'inputThread.ts')});
    const threads = new InputThreads(process.argv[1], { error: console.log });
    let hook;
    const start = () => {
      hook = threads.start();
      hook.onMessage((message) => message.kind !== 'alive' && console.log(JSON.stringify(message)));
    };
    start();
    require('node:readline').createInterface({ input: process.stdin }).on('line', () => { hook.kill(); start(); })
      .on('close', async () => { hook.kill(); await threads.ended; console.log('ended'); });
  })();`;

it.runIf(process.platform === 'linux')(
  'the real hook can be stopped and started again in one process',
  async () => {
    const { display, stop } = await startXvfb();
    onTestFinished(stop);
    const folder = await mkdtemp(path.join(tmpdir(), 'input-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const host = path.join(folder, 'inputHost.cjs');
    await writeFile(host, `${LOADS_TS} import(${source('recorder', 'input', 'inputHost.ts')});`);
    const env = { ...process.env, DISPLAY: display };
    const child = spawn(process.execPath, ['--no-warnings', '-e', PROGRAM, host], {
      ...{ env, stdio: ['pipe', 'pipe', 'inherit'] },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
    const heardOf = (text: string) => eventually(() => expect(lines.join('\n')).toContain(text));
    for (const place of [100, 300]) {
      await heardOf('"ready"');
      await promisify(execFile)('xdotool', ['mousemove', String(place), '50'], { env });
      await heardOf(`"x":${place},"y":50`);
      lines.length = 0;
      child.stdin!.write('next\n');
    }
    await heardOf('"ready"');
    child.stdin!.end();
    await once(child, 'exit');
    expect(lines).toEqual(['{"kind":"ready"}', 'ended']);
  },
);

it('a hook whose library cannot be loaded says why', async () => {
  const broken = `data:text/javascript,throw new Error('libXt.so.6: cannot open shared object file')`;
  const code = `${LOADS_TS}
    registerHooks({ resolve: (name, context, next) =>
      name === 'uiohook-napi' ? { url: ${JSON.stringify(broken)}, shortCircuit: true } : next(name, context) });
    import(${source('recorder', 'input', 'inputHost.ts')});`;
  const child = spawn(process.execPath, ['--no-warnings', '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await once(child, 'message')) as [InputMessage];
  expect(message).toMatchObject({ kind: 'failed', message: expect.stringContaining('libXt.so.6') as string });
  child.disconnect();
});
