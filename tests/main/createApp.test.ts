import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionListItem } from '../../src/shared/session';
import { recordedHeader } from '../fixtures/recordedHeader';
import { Host } from './appHost';

let userDataDir: string;
beforeEach(async () => {
  userDataDir = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-app-'));
});
afterEach(() => rm(userDataDir, { recursive: true, force: true }));

const cutOff = recordedHeader('20260131-142530-9f3a', { state: 'recording' });

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

  const elsewhere = { bucket: 'b', region: 'r', accessKeyId: 'a', secretAccessKey: 's' };
  it.each([
    '{ "endpoint": 7 }',
    'no JSON',
    JSON.stringify({ ...elsewhere, endpoint: 'http://203.0.113.7:9000' }),
    JSON.stringify({ ...elsewhere, endpoint: 'https://localhost.example.com' }),
    JSON.stringify({ ...elsewhere, endpoint: 'http://127.0.0.1@example.com' }),
  ])('takes no settings of a local bucket from %s', async (content) => {
    const presetDestinationFile = path.join(userDataDir, 'preset.json');
    await writeFile(presetDestinationFile, content);
    const host = new Host(userDataDir);
    await host.start({ presetDestinationFile });
    expect(await host.notices()).toMatchObject([{ kind: 'error', error: { code: 'PresetUnusable' } }]);
    expect(await host.value('getUploadConfig')).toMatchObject({ config: null });
  });

  it('fills in the local bucket before the window opens', async () => {
    const presetDestinationFile = path.join(userDataDir, 'preset.json');
    await writeFile(
      presetDestinationFile,
      JSON.stringify({ ...elsewhere, endpoint: 'http://127.0.0.1:9000' }),
    );
    const host = new Host(userDataDir);
    const whenOpened: unknown[] = [];
    host.recorder.windows.openMain = async () => {
      whenOpened.push(await host.value('getUploadConfig'));
      return undefined;
    };
    await host.start({ presetDestinationFile });
    expect(whenOpened).toMatchObject([{ config: { bucket: 'b' } }]);
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

  it('is followed by the repair of what was cut off, which the window does not wait for', async () => {
    const host = new Host(userDataDir);
    const folder = path.join(userDataDir, 'sessions', '20260131-142530-9f3a');
    await mkdir(path.join(folder, 'video'), { recursive: true });
    await writeFile(path.join(folder, 'session.json'), JSON.stringify(cutOff));
    await writeFile(path.join(folder, 'video', '0001.mp4'), 'video');
    const marker = path.join(folder, '.exported');
    const whenOpened: boolean[] = [];
    host.recorder.windows.openMain = async () => {
      whenOpened.push(existsSync(marker));
      return undefined;
    };
    await host.start();
    expect(whenOpened).toEqual([false]);
    await expect
      .poll(() => host.value<SessionListItem[]>('listSessions'))
      .toMatchObject([{ condition: 'exported', wasInterrupted: true }]);
  });

  it('is refused where the sessions cannot be kept', async () => {
    await writeFile(path.join(userDataDir, 'sessions'), 'in the way');
    await expect(new Host(userDataDir).start()).rejects.toThrow('EEXIST');
  });
});

describe('a recording whose windows are all closed', () => {
  it('gets its toolbar back', async () => {
    const host = new Host(userDataDir);
    await host.start();
    host.recorder.unseen();
    expect(host.recorder.calls).not.toContain('openToolbar');
    host.recorder.page = {
      report: (report) => void host.call('captureReport', report),
      chunk: async (...chunk) => void (await host.call('captureChunk', ...chunk)),
      screenshot: (requestId, bytes) => void host.call('captureScreenshot', requestId, bytes),
    };
    const request = { sourceId: 'screen:0', microphone: false };
    expect(await host.call('startRecording', request)).toMatchObject({ ok: true });
    host.recorder.unseen();
    expect(host.recorder.calls.filter((call) => call === 'openToolbar')).toHaveLength(2);
    await host.call('stopRecording');
    await host.quit();
  });
});
