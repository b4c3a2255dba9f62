import { cpSync, existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { watchFileSystemLimits } from '../../../src/lib/fileSystemLimits';
import {
  closeSync,
  fileExists,
  fileSize,
  filesIn,
  isThere,
  moveFile,
  namesIn,
  openToRead,
  openToReadSync,
  readText,
  realFolder,
  removeFile,
  replaceFile,
  uselessTemporaries,
} from '../../../src/lib/guardedFiles';
import { readJsonFile } from '../../../src/lib/jsonFile';
import type { Mover } from '../../../src/lib/moveOver';

let folder: string;
let file: string;
let told: string[];
let pauses: number[];
const hex = (digit: string) => digit.repeat(16);
const replaceBy = (content: string, mover: Mover) =>
  replaceFile(file, (handle) => handle.writeFile(content), mover);
const failing = (code: string) =>
  Object.assign(new Error(`${code}: no, rename`), { code, syscall: 'rename' });

/** A clock on which pauses take no time, and renames that first do what `before` does. */
function mover(before: (from: string, to: string) => void | Promise<void>): Mover {
  return {
    clock: {
      setTimeout(run, delayMs) {
        pauses.push(delayMs);
        setImmediate(run);
        return {};
      },
    },
    async rename(from, to) {
      await before(from, to);
      await rename(from, to);
    },
  };
}
const replacesNothing = (code: string) =>
  mover((_from, to) => {
    if (existsSync(to)) throw failing(code);
  });

beforeEach(async () => {
  folder = realFolder(await mkdtemp(path.join(os.tmpdir(), 'move-over-')));
  file = path.join(folder, 'session.json');
  await writeFile(file, 'old');
  told = [];
  pauses = [];
  watchFileSystemLimits(({ code }) => told.push(code));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file that cannot be replaced', () => {
  it.each(['EPERM', 'EBUSY', 'EACCES'])('for a moment (%s) is tried again', async (code) => {
    let left = 3;
    const renamed: string[] = [];
    const scanned = mover((_from, to) => {
      renamed.push(to);
      if (left-- > 0) throw failing(code);
    });
    await replaceBy('new', scanned);
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(new Set(renamed)).toEqual(new Set([file]));
    expect(pauses).toHaveLength(3);
    expect(told).toEqual([]);
  });

  it.each(['EBUSY', 'EACCES', 'EPERM'])('at all (%s) stays as it was', async (code) => {
    const locked = mover(() => {
      throw failing(code);
    });
    await expect(replaceBy('new', locked)).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual(['session.json']);
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(told).toEqual([]);
  });

  it('in one step is replaced in two, and that is told once', async () => {
    for (const content of ['new', 'newer']) await replaceBy(content, replacesNothing('EEXIST'));
    expect(await readdir(folder)).toEqual(['session.json']);
    expect(await readFile(file, 'utf8')).toBe('newer');
    expect(told).toEqual(['CannotReplace']);
    expect(pauses).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('in one step (EPERM) is not waited for twice', async () => {
    await replaceBy('new', replacesNothing('EPERM'));
    const waited = pauses.length;
    await replaceBy('newer', replacesNothing('EPERM'));
    expect(pauses).toHaveLength(waited);
    expect(told).toEqual(['CannotReplace']);
  });

  it('comes back where the second step fails', async () => {
    const mean = mover((from, to) => {
      if (existsSync(to)) throw failing('EEXIST');
      if (from.endsWith('.tmp')) throw failing('EIO');
    });
    await expect(replaceBy('new', mean)).rejects.toMatchObject({ code: 'EIO' });
    expect(await readdir(folder)).toEqual(['session.json']);
    expect(await readFile(file, 'utf8')).toBe('old');
  });

  it('is whole, old or new, after a crash at any instant', async () => {
    const base = await mkdtemp(path.join(os.tmpdir(), 'move-over-'));
    const crashes: string[] = [];
    const crash = () => {
      const copy = path.join(realFolder(base), String(crashes.length));
      cpSync(folder, copy, { recursive: true });
      crashes.push(copy);
    };
    const seen = mover((_from, to) => {
      crash();
      if (existsSync(to)) throw failing('EEXIST');
    });
    await replaceBy('new', seen);
    crash();
    expect(crashes).toHaveLength(4);
    for (const copy of crashes) {
      for (const left of await uselessTemporaries(copy)) await rm(left);
      expect(['old', 'new']).toContain(await readText(path.join(copy, 'session.json'), 100));
    }
    await rm(base, { recursive: true });
  });

  it('is found by all who look for it while it is being replaced', async () => {
    let looks: Promise<boolean>[] = [];
    const slow = mover(async (_from, to) => {
      if (existsSync(to)) throw failing('EEXIST');
      looks = [...looks, fileExists(file), isThere(file)];
      await new Promise(setImmediate);
    });
    await replaceBy('new', slow);
    expect(looks.length).toBeGreaterThan(2);
    expect(await Promise.all(looks)).not.toContain(false);
    expect(await readdir(folder)).toEqual(['session.json']);
    expect(await readFile(file, 'utf8')).toBe('new');
  });
});

const spec = { what: 'text', version: 1, schema: z.object({ is: z.string() }) };
const context = { clock: { now: () => 1 }, onQuarantine: () => undefined };
const doors: [string, () => Promise<unknown>][] = [
  ['read', () => readText(file, 100)],
  ['opened', async () => (await openToRead(file)).close()],
  ['opened at once', async () => closeSync(openToReadSync(file))],
  ['measured', async () => expect(await fileSize(file)).toBe('{"is":"newest"}'.length)],
  ['looked for', async () => expect(await fileExists(file)).toBe(true)],
  ['looked for by name', async () => expect(await isThere(file)).toBe(true)],
  ['listed', async () => expect(await namesIn(folder)).toContain('session.json')],
  ['listed with its facts', async () => expect(await filesIn(folder, /^session\.json$/)).toHaveLength(1)],
  ['parsed', async () => expect(await readJsonFile(file, spec, context)).toEqual({ is: 'newest' })],
];

describe('a file that a crash left under another name', () => {
  beforeEach(async () => {
    await rm(file);
    for (const [digit, content, year] of [
      ['a', 'older', 2001],
      ['b', '{"is":"newest"}', 2003],
      ['c', 'old', 2002],
    ] as const) {
      await writeFile(`${file}.old-${hex(digit)}`, content);
      await utimes(`${file}.old-${hex(digit)}`, new Date(year, 0), new Date(year, 0));
    }
  });

  it.each(doors)('is brought back, the newest copy, when it is %s', async (_how, door) => {
    await door();
    expect(await readFile(file, 'utf8')).toBe('{"is":"newest"}');
    expect(existsSync(`${file}.old-${hex('b')}`)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'is brought back behind the link where the user keeps it',
    async () => {
      const link = path.join(await mkdtemp(path.join(os.tmpdir(), 'move-over-')), 'settings.json');
      await symlink(file, link);
      expect(await readJsonFile(link, spec, context)).toEqual({ is: 'newest' });
    },
  );

  it('is brought back once when many look for it', async () => {
    const looks = Array.from({ length: 50 }, () => readText(file, 100));
    expect(new Set(await Promise.all(looks))).toEqual(new Set(['{"is":"newest"}']));
  });

  it('never takes the place of one that is there', async () => {
    await writeFile(file, 'now');
    for (const [, door] of doors.slice(0, 3)) await door();
    expect(await readFile(file, 'utf8')).toBe('now');
  });

  it('does not come back once the file has been removed or moved away', async () => {
    await writeFile(file, 'now');
    await moveFile(file, path.join(folder, 'kept'));
    expect(await isThere(file)).toBe(false);
    expect((await readdir(folder)).filter((name) => name.startsWith('kept'))).toHaveLength(4);
    await removeFile(path.join(folder, 'kept'));
    expect(await readdir(folder)).toEqual([]);
  });
});
