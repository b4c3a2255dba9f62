import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileResponse } from '../../src/main/platform/fileResponse';
import type { SessionListItem } from '../../src/shared/session';
import { closeHostile, hostileSessions, makeHostile, SECRET } from '../fixtures/hostile/makeHostile';
import { Host } from './appHost';

/** Everything below a folder: what each entry is, and what it holds. */
function snapshot(folder: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) all[name] = `link to ${readlinkSync(file)}`;
    else if (stats.isFile()) all[name] = createHash('sha256').update(readFileSync(file)).digest('hex');
    else all[name] = `${stats.mode & 0o170000}`;
  }
  return all;
}

/** Regular files below a folder that hold the secret. */
function leaks(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(realpathSync(folder), name);
    // A listing goes through links, and what lies behind them was there before.
    return (
      existsSync(file) &&
      realpathSync(file) === file &&
      lstatSync(file).isFile() &&
      readFileSync(file).includes(SECRET)
    );
  });
}

describe.skipIf(process.platform === 'win32')('sessions that somebody made to do harm', () => {
  let base: string;
  let host: Host;
  let ids: Map<string, string>;
  let before: Record<string, string>;
  let findFile: (name: string) => Promise<string | null>;
  const sessionsDir = () => path.join(base, 'data', 'sessions');
  const outside = () => path.join(base, 'outside');
  const rows = async () => {
    const all = await host.value<SessionListItem[]>('listSessions');
    return new Map(all.map((row) => [row.sessionId, row]));
  };

  beforeAll(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'h-'));
    await mkdir(sessionsDir(), { recursive: true });
    ids = await makeHostile(sessionsDir(), outside());
    before = snapshot(outside());
    host = new Host(path.join(base, 'data'));
    await host.start({
      serveFiles(find) {
        findFile = find;
        return '/sessions/';
      },
    });
    const busy = ['repairing', 'exporting', 'recording'];
    const atWork = async () =>
      [...(await rows()).values()].filter(({ condition }) => busy.includes(condition));
    await vi.waitFor(async () => expect(await atWork()).toEqual([]), { timeout: 55_000, interval: 200 });
  });
  afterAll(async () => {
    await host.quit();
    closeHostile();
    await rm(base, { recursive: true, force: true });
  });

  const cases = hostileSessions.map(({ name }) => name);

  it('are all listed after the start, and those that cannot be used say why', async () => {
    const listed = await rows();
    const silent = cases.filter((name) => {
      const row = listed.get(ids.get(name)!);
      return row === undefined || (row.condition !== 'exported' && !row.problem?.message);
    });
    expect(silent).toEqual([]);
  });

  it.each(cases)('do none when %s', async (name) => {
    const id = ids.get(name)!;
    for (const command of [
      'exportSession',
      'exportWithoutMissing',
      'openPlayback',
      'uploadSession',
    ] as const) {
      const reply = await host.call(command, id);
      if (!reply.ok) expect(reply.error.message).toMatch(/^\S.*[.?]$/);
      if (!reply.ok) expect(reply.error.code).not.toBe('Internal');
    }
    for (const media of ['video/0001.mp4', 'screenshots/000001.jpg']) {
      const file = await findFile(`${id}/${media}`);
      if (file === null) continue;
      const answer = await fileResponse({ method: 'GET', headers: new Headers() }, file);
      expect(await answer.text()).not.toContain(SECRET);
    }
    await host.value('lookAtSessions', [id]);
    expect(snapshot(outside())).toEqual(before);
  });

  it('take nothing along from outside, and leave nothing half written', async () => {
    expect(leaks(sessionsDir())).toEqual([]);
    const names = readdirSync(sessionsDir(), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.[0-9a-f]{16}\.tmp$/.test(name))).toEqual([]);
  });

  it('can be deleted, and of a link only the link goes', async () => {
    for (const id of ids.values()) {
      const reply = await host.call('deleteSession', id);
      if (reply.ok) continue;
      // What lies there beside the recording goes once it was named.
      expect(reply.error.code).toBe('OtherFiles');
      await host.value('deleteSession', id, (await rows()).get(id)!.otherFiles);
    }
    expect(readdirSync(sessionsDir())).toEqual([]);
    expect(snapshot(outside())).toEqual(before);
  });
});
