import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { launch, type Launched } from './shell.ts';

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

function messageOf(channel: string, argument?: unknown): Promise<string> {
  return shell.page.evaluate(
    async ([name, value]) => {
      try {
        await window.bridge.invoke!(name, value);
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    },
    [channel, argument] as const,
  );
}

describe('ipcRenderer.invoke', () => {
  it('brings structured-clone values there and back unchanged', async () => {
    const kinds = await shell.page.evaluate(async () => {
      const shared = { name: 'shared' };
      const cyclic: { self?: unknown } = {};
      cyclic.self = cyclic;
      const sent: unknown[] = [
        undefined,
        -0,
        NaN,
        10n ** 20n,
        new Date(5),
        /a+/giu,
        new Map([['k', new Set([1])]]),
        new Uint16Array([1, 65535]),
        new RangeError('far'),
        [shared, shared],
        cyclic,
        JSON.parse('{"__proto__": 1}'),
      ];
      const back = (await window.bridge.invoke!('echo', ...sent)) as unknown[];
      const [nothing, minusZero, nan, big, date, pattern, map, view, error, pair, cycle, proto] = back as [
        undefined,
        number,
        number,
        bigint,
        Date,
        RegExp,
        Map<string, Set<number>>,
        Uint16Array,
        Error,
        object[],
        { self: unknown },
        object,
      ];
      return [
        nothing === undefined,
        Object.is(minusZero, -0),
        Number.isNaN(nan),
        big === 10n ** 20n,
        date.getTime() === 5,
        String(pattern) === '/a+/giu',
        map.get('k')!.has(1),
        view instanceof Uint16Array && view[1] === 65535,
        error instanceof Error && error.message === 'far',
        pair[0] === pair[1],
        cycle.self === cycle,
        Object.keys(proto).join() === '__proto__',
        back.length === sent.length,
      ];
    });
    expect(kinds).toEqual(kinds.map(() => true));
  });
});

describe('what invoke says', () => {
  it('words failures as Electron does', async () => {
    expect(await messageOf('fail')).toBe("Error invoking remote method 'fail': RangeError: on purpose");
    expect(await messageOf('nobody')).toBe(
      "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    );
    expect(await messageOf('unclonable')).toBe(
      "Error invoking remote method 'unclonable': Error: An object could not be cloned.",
    );
  });

  it('tells main who asks, under the address the app knows', async () => {
    const sender = await shell.page.evaluate(() => window.bridge.invoke!('sender'));
    const url = 'app://fixture/index.html?q=1';
    expect(sender).toEqual({ url, origin: 'app://fixture', parent: null, isMainFrame: true, pageUrl: url });
  });

  it('carries a megabyte of bytes in well under a frame of recording', async () => {
    const timesMs = await shell.page.evaluate(async () => {
      const bytes = crypto.getRandomValues(new Uint8Array(65536));
      const chunk = new Uint8Array(1024 * 1024);
      for (let at = 0; at < chunk.length; at += bytes.length) chunk.set(bytes, at);
      const times: number[] = [];
      for (let round = 0; round < 12; round++) {
        const start = performance.now();
        const count = await window.bridge.invoke!('count-bytes', chunk);
        if (count !== chunk.length) throw new Error(`${String(count)} bytes arrived`);
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b);
    });
    console.log(
      `1 MiB by invoke: median ${Math.round(timesMs[6]!)} ms, worst ${Math.round(timesMs.at(-1)!)} ms`,
    );
    expect(timesMs).toHaveLength(12);
  });
});

describe('events', () => {
  it('reach the page that listens, until it stops listening', async () => {
    const seen = await shell.page.evaluate(async () => {
      const values: unknown[] = [];
      const pong = () =>
        new Promise<void>((resolve) => {
          const stop = window.bridge.on!('pong', (value: unknown) => {
            values.push(value);
            (stop as () => void)();
            resolve();
          });
        });
      for (const value of ['first', new Uint8Array([1])]) {
        const heard = pong();
        window.bridge.send!('ping', value);
        await heard;
      }
      return values;
    });
    expect(seen).toEqual(['first', new Uint8Array([1])]);
  });
});
