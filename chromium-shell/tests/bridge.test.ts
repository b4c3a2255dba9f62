import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { launch, type Launched } from './shell.ts';

type Bridge = Record<string, (...args: unknown[]) => unknown> & {
  held: { value: number };
  nodeIsThere: boolean;
};
declare global {
  interface Window {
    bridge: Bridge;
    inlineRan?: boolean;
    scriptRan?: boolean;
    record(durationMs: number): Promise<unknown>;
  }
}

let display: PrivateDisplay;
let shell: Launched;

beforeAll(async () => {
  display = await startDisplay();
  shell = await launch(display.name);
});

afterAll(async () => {
  await shell?.app.close();
  await display.stop();
});

function inPage<T>(run: () => T | Promise<T>): Promise<T> {
  return shell.page.evaluate(run);
}

describe('contextBridge', () => {
  it('calls functions both ways with copies of their values', async () => {
    expect(await inPage(() => window.bridge.add!(2, 3))).toBe(5);
    expect(await inPage(() => window.bridge.later!({ deep: [1, null] }))).toEqual({ deep: [1, null] });
    const seen = await inPage(() => window.bridge.callBack!((value: unknown) => JSON.stringify(value)));
    expect(seen).toBe('{"nested":[1,2],"bytes":{"0":7}}');
    const made = await inPage(() => window.bridge.twice!((a: number) => (b: number) => a * b));
    expect(made).toBe(42);
  });

  it('carries errors thrown and promises refused', async () => {
    const message = (run: string) =>
      shell.page.evaluate(async (name) => {
        try {
          await window.bridge[name]!();
          return 'nothing';
        } catch (error) {
          return (error as Error).message;
        }
      }, run);
    expect(await message('fail')).toBe('thrown by the preload');
    expect(await message('refuse')).toBe('refused by the preload');
    expect(await message('requireFs')).toBe('module not found: node:fs');
  });

  it('freezes what it exposes and copies rather than shares', async () => {
    const result = await inPage(() => {
      const { bridge } = window;
      const before = bridge.held.value;
      const changed = Reflect.set(bridge.held, 'value', 2);
      const replaced = Reflect.set(window, 'bridge', {});
      return { frozen: Object.isFrozen(bridge) && Object.isFrozen(bridge.held), before, changed, replaced };
    });
    expect(result).toEqual({ frozen: true, before: 1, changed: false, replaced: false });
  });

  it('refuses what cannot be cloned', async () => {
    const message = await inPage(() => {
      try {
        window.bridge.add!(window, 1);
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(message).toMatch(/could not be cloned/);
  });

  it('gives neither the page nor the preload any Node, and sub-frames no bridge', async () => {
    expect(await inPage(() => window.bridge.nodeIsThere)).toBe(false);
    expect(await inPage(() => 'require' in window || 'process' in window)).toBe(false);
    const frame = shell.page.frames().find((found) => found.parentFrame() !== null)!;
    expect(await frame.evaluate(() => 'bridge' in window)).toBe(false);
  });

  it('shows the page nothing of the shell', async () => {
    const own = await inPage(() => Object.getOwnPropertyNames(window).filter((name) => /shell/i.test(name)));
    expect(own).toEqual([]);
  });
});
