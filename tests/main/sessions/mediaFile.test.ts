import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMediaFile } from '../../../src/main/sessions/mediaFile';

const ID = '20261101-101500-00ab';
let root: string;
let sessionsDir: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'media-file-'));
  sessionsDir = path.join(root, 'sessions');
  for (const name of ['video', 'screenshots'])
    await mkdir(path.join(sessionsDir, ID, name), { recursive: true });
  for (const name of ['video/0001.mp4', 'screenshots/000001.jpg', 'session.json', 'video/notes.txt'])
    await writeFile(path.join(sessionsDir, ID, name), 'x');
  await writeFile(path.join(root, 'secret.mp4'), 'secret');
  await symlink(path.join(root, 'secret.mp4'), path.join(sessionsDir, ID, 'video', '0002.mp4'));
  await mkdir(path.join(sessionsDir, ID, 'video', '0003.mp4'));
  await symlink(path.join(sessionsDir, ID), path.join(sessionsDir, '20261101-101500-00ff'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the files of a session that a page may show', () => {
  it.each(['video/0001.mp4', 'screenshots/000001.jpg'])('%s is found', async (name) => {
    const file = path.join(sessionsDir, ID, name);
    expect(await findMediaFile(sessionsDir, `${ID}/${name}`)).toEqual({ sessionId: ID, file });
  });

  it.each([
    `${ID}/session.json`,
    `${ID}/video/notes.txt`,
    `${ID}/video/0009.mp4`,
    `${ID}/video/../session.json`,
    `${ID}/video/0001.mp4/`,
    `../sessions/${ID}/video/0001.mp4`,
    `${ID}/video/%2e%2e/session.json`,
    `${ID}/video/0001.mp4\n`,
    '..',
    '',
  ])('%j is not', async (name) => expect(await findMediaFile(sessionsDir, name)).toBeNull());

  it('a link that leads elsewhere is not, nor a folder, nor a linked session', async () => {
    expect(await findMediaFile(sessionsDir, `${ID}/video/0002.mp4`)).toBeNull();
    expect(await findMediaFile(sessionsDir, `${ID}/video/0003.mp4`)).toBeNull();
    expect(await findMediaFile(sessionsDir, '20261101-101500-00ff/video/0001.mp4')).toBeNull();
  });

  it('whatever is asked for, nothing outside the two folders is named', async () => {
    const piece = fc.oneof(
      fc.constantFrom(ID, 'video', 'screenshots', '0001.mp4', '..', '.', '', '%2e%2e', 'session.json'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const found = await findMediaFile(sessionsDir, pieces.join('/'));
        if (found !== null) expect(found.file).toBe(path.join(sessionsDir, ID, 'video', '0001.mp4'));
      }),
    );
  });
});
