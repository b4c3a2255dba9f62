import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cutFile,
  fileSize,
  filesIn,
  moveFile,
  openToAppend,
  openToRead,
  openToReadSync,
  readText,
  readWholeSync,
  realFolder,
  removeFile,
  removeFolder,
  replaceFile,
  setTime,
  writeNewFile,
} from '../../../src/lib/guardedFiles';

let base: string;
let secret: string;
const at = (...names: string[]) => path.join(base, 'session', ...names);
const refused = { error: { code: 'NotAFile' } };

beforeEach(async () => {
  base = realFolder(await mkdtemp(path.join(os.tmpdir(), 'guarded-')));
  await mkdir(at('video'), { recursive: true });
  await mkdir(path.join(base, 'outside'));
  secret = path.join(base, 'outside', 'secret');
  await writeFile(secret, 'secret');
  await symlink(secret, at('link'));
  await symlink(path.join(base, 'outside'), at('folder-link'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const doors: [string, (file: string) => Promise<unknown>][] = [
  ['opened', openToRead],
  ['opened at once', async (file) => openToReadSync(file)],
  ['read', (file) => readText(file, 100)],
  ['read whole', async (file) => readWholeSync(file, Buffer.alloc(100))],
  ['measured', fileSize],
  ['cut off', (file) => cutFile(file, 1)],
  ['dated', (file) => setTime(file, new Date(0))],
  ['listed', (file) => filesIn(path.dirname(file), new RegExp(`^${path.basename(file)}$`))],
];

describe.skipIf(process.platform === 'win32')('a file of a session', () => {
  it.each(doors)('that is no regular file is not %s', async (_how, door) => {
    execFileSync('mkfifo', [at('pipe')]);
    await symlink('/dev/zero', at('device'));
    for (const name of ['link', 'folder-link', 'pipe', 'device', 'video', 'folder-link/secret'])
      await expect(door(at(name)), name).rejects.toMatchObject(refused);
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it('that is made anew takes the place of a link, and leaves what it led to', async () => {
    await replaceFile(at('link'), (handle) => handle.writeFile('new'));
    expect(await readFile(at('link'), 'utf8')).toBe('new');
    expect(await readFile(secret, 'utf8')).toBe('secret');
    expect((await stat(at('link'))).mode & 0o777).toBe(0o600);
  });

  it('is not written behind a linked folder, nor over what has its name', async () => {
    const behind = at('folder-link', 'new');
    await expect(replaceFile(behind, async () => undefined)).rejects.toMatchObject(refused);
    await expect(openToAppend(behind)).rejects.toMatchObject(refused);
    await expect(writeNewFile(behind, Buffer.from('x'))).rejects.toMatchObject(refused);
    await expect(removeFile(at('folder-link', 'secret'))).rejects.toMatchObject(refused);
    await expect(moveFile(at('folder-link', 'secret'), at('moved'))).rejects.toMatchObject(refused);
    await expect(openToAppend(at('link'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(writeNewFile(at('link'), Buffer.from('x'))).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(path.join(base, 'outside'))).toEqual(['secret']);
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it('that failed to be made leaves the old one and nothing half written', async () => {
    await writeFile(at('file'), 'old');
    const names = await readdir(at());
    const failing = replaceFile(at('file'), async (handle) => {
      await handle.writeFile('half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(await readdir(at())).toEqual(names);
    expect(await readFile(at('file'), 'utf8')).toBe('old');
  });

  it('with another name elsewhere is cut off without the other', async () => {
    await link(secret, at('file'));
    await cutFile(at('file'), 3);
    expect(await readFile(at('file'), 'utf8')).toBe('sec');
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it('goes with its folder, and of links only the links go', async () => {
    await removeFolder(at('folder-link'));
    await removeFolder(at());
    expect(await readdir(base)).toEqual(['outside']);
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it('is reached where the user keeps the folder of sessions behind a link', async () => {
    await symlink(at(), path.join(base, 'sessions'));
    await writeFile(at('file'), 'there');
    expect(await readText(path.join(realFolder(path.join(base, 'sessions')), 'file'), 100)).toBe('there');
    expect(realFolder(path.join(base, 'sessions', 'not', 'yet'))).toBe(at('not', 'yet'));
  });
});
