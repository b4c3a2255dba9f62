import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/main/createApp';
import type { Platform } from '../../src/main/types';
import type { Reply } from '../../src/shared/appError';
import type { CommandName, Notice } from '../../src/shared/contract';
import { systemClock } from '../../src/main/lib/systemClock';
import { FakeRecorderPlatform } from '../fakes/FakeRecorderPlatform';
import { FakeSecretBox } from '../fakes/FakeSecretBox';
import { SilentLog } from '../fakes/SilentLog';

let userDataDir: string;
beforeEach(async () => {
  userDataDir = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-app-'));
});
afterEach(() => rm(userDataDir, { recursive: true, force: true }));

/** The whole app on a host without windows. */
class Host {
  readonly log = new SilentLog();
  readonly recorder = new FakeRecorderPlatform(systemClock);
  readonly #commands = new Map<CommandName, (args: unknown[]) => Promise<Reply<unknown>>>();

  start(more: Partial<Platform> = {}): Promise<void> {
    const platform: Platform = {
      ...this.recorder,
      userDataDir,
      log: this.log,
      hideSecret: () => {},
      copyText: async () => {},
      secrets: new FakeSecretBox(),
      transport: { handle: (name, _caller, run) => void this.#commands.set(name, run) },
      onBeforeQuit: () => {},
      ...more,
    };
    return createApp(platform).start();
  }

  call(name: CommandName, ...args: unknown[]): Promise<Reply<unknown>> {
    return this.#commands.get(name)!(args);
  }

  async notices(): Promise<Notice[]> {
    const reply = await this.call('getNotices');
    return reply.ok ? (reply.value as Notice[]) : [];
  }
}

describe('the start', () => {
  it('goes on without the local bucket’s settings where they cannot be read, and says so', async () => {
    const host = new Host();
    await host.start({ presetDestinationFile: path.join(userDataDir, 'missing.json') });
    expect(await host.notices()).toMatchObject([
      { kind: 'error', error: { details: expect.stringContaining('ENOENT') as unknown } },
    ]);
    // Commands about uploads wait for the start of the uploads: an answer shows that it came.
    expect(await host.call('uploadSession', '20260131-142530-9f3a')).toMatchObject({ ok: false });
  });

  it('opens the window although the clean-up fails', async () => {
    const host = new Host();
    // A folder where a file of the session must be: reading it fails with EISDIR, which is no proof of damage.
    const state = path.join(userDataDir, 'sessions', '20260131-142530-9f3a', 'upload-state.json');
    await mkdir(state, { recursive: true });
    await host.start();
    expect(host.recorder.calls).toContain('openMain');
    expect(await host.notices()).not.toEqual([]);
  });

  it('is refused where the sessions cannot be kept', async () => {
    await writeFile(path.join(userDataDir, 'sessions'), 'in the way');
    await expect(new Host().start()).rejects.toThrow('EEXIST');
  });
});
