import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Host } from './appHost';

let userDataDir: string;
beforeEach(async () => {
  userDataDir = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-app-'));
});
afterEach(() => rm(userDataDir, { recursive: true, force: true }));

describe('the start', () => {
  it('goes on without the local bucket’s settings where they cannot be read, and says so', async () => {
    const host = new Host(userDataDir);
    await host.start({ presetDestinationFile: path.join(userDataDir, 'missing.json') });
    expect(await host.notices()).toMatchObject([
      { kind: 'error', error: { details: expect.stringContaining('ENOENT') as unknown } },
    ]);
    // Commands about uploads wait for the start of the uploads: an answer shows that it came.
    expect(await host.call('uploadSession', '20260131-142530-9f3a')).toMatchObject({ ok: false });
  });

  it.each(['{ "endpoint": 7 }', 'no JSON'])('takes no settings of a local bucket from %s', async (content) => {
    const presetDestinationFile = path.join(userDataDir, 'preset.json');
    await writeFile(presetDestinationFile, content);
    const host = new Host(userDataDir);
    await host.start({ presetDestinationFile });
    expect(await host.notices()).toMatchObject([{ kind: 'error', error: { code: 'PresetUnusable' } }]);
    expect(await host.value('getUploadConfig')).toMatchObject({ config: null });
  });

  it('opens the window although the clean-up fails', async () => {
    const host = new Host(userDataDir);
    // A folder where a file of the session must be: reading it fails with EISDIR, which is no proof of damage.
    const state = path.join(userDataDir, 'sessions', '20260131-142530-9f3a', 'upload-state.json');
    await mkdir(state, { recursive: true });
    await host.start();
    expect(host.recorder.calls).toContain('openMain');
    expect(await host.notices()).not.toEqual([]);
  });

  it('is refused where the sessions cannot be kept', async () => {
    await writeFile(path.join(userDataDir, 'sessions'), 'in the way');
    await expect(new Host(userDataDir).start()).rejects.toThrow('EEXIST');
  });
});
