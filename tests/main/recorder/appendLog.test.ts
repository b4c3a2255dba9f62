import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import * as z from 'zod/mini';
import { AppendLog } from '../../../src/main/recorder/appendLog';
import { Geometry } from '../../../src/main/recorder/geometry';
import { readJsonLines } from '../../../src/main/sessions/jsonLines';
import { FakeClock } from '../../fakes/FakeClock';
import { temporaryFolder } from './recorderHouse';

const TIMING = { flushMs: 200, syncMs: 1500 };

describe('the append log', () => {
  it('hands lines to the system after its flush time, in order, and what came later at the close', async () => {
    const file = path.join(await temporaryFolder(), 'log.jsonl');
    const clock = new FakeClock();
    const log = await AppendLog.open(file, clock, TIMING, () => {});
    log.appendLine({ n: 1 });
    log.appendLine({ n: 2 });
    expect(await readFile(file, 'utf8')).toBe('');
    clock.advance(200);
    await eventually(async () => expect(await readFile(file, 'utf8')).toBe('{"n":1}\n{"n":2}\n'));
    log.appendLine({ n: 3 });
    await log.close();
    expect(await readFile(file, 'utf8')).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
    expect(clock.untilNextTimer()).toBeNull();
  });

  it.runIf(process.platform === 'linux')(
    'tells a disk that is full once, and refuses from then on',
    async () => {
      const failures: unknown[] = [];
      // Linux keeps a device that is always full.
      const full = () => open('/dev/full', 'a');
      const log = await AppendLog.open('log', new FakeClock(), TIMING, (error) => failures.push(error), full);
      log.appendLine({});
      await expect(log.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
      log.appendLine({});
      await expect(log.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(failures).toHaveLength(1);
      await expect(log.close()).rejects.toMatchObject({ code: 'ENOSPC' });
    },
  );
});

describe('the reading of lines', () => {
  it('gives the good ones and tells the torn and the damaged', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, 'x.jsonl');
    await appendFile(file, '{"n":1}\n{"m":2}\n\u0000\u0000\n{"n":3}\n{"n":');
    const bad: number[] = [];
    const good: unknown[] = [];
    for await (const line of readJsonLines(file, z.object({ n: z.int() }), (number) => bad.push(number)))
      good.push(line);
    expect(good).toEqual([{ n: 1 }, { n: 3 }]);
    expect(bad).toEqual([2, 3, 5]);
  });
});

describe('the geometry', () => {
  const display = (id: string, x: number, width: number) => ({
    id,
    name: id,
    bounds: { x, y: 0, width, height: 1000 },
    scaleFactor: 1,
  });

  it('places a point on its display, in that display’s own pixels', () => {
    const geometry = new Geometry();
    geometry.note([display('left', 0, 1000), display('right', 1000, 500)], 0);
    expect(geometry.place({ x: 1200, y: 30 })).toEqual({ display: 'right', epoch: 0, x: 200, y: 30 });
    expect(geometry.place({ x: -5, y: 30 })).toEqual({ display: 'left', epoch: 0, x: -5, y: 30 });
  });

  it('begins an epoch for a new arrangement only', () => {
    const geometry = new Geometry();
    expect(geometry.note([display('a', 0, 100)], 0)).toBe(true);
    expect(geometry.note([display('a', 0, 100)], 5)).toBe(false);
    expect(geometry.note([display('a', 0, 200)], 9)).toBe(true);
    expect(geometry.epochs.map(({ epoch, tUs }) => [epoch, tUs])).toEqual([
      [0, 0],
      [1, 9],
    ]);
  });
});
