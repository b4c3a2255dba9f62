import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLocalBucket } from '../../local-bucket/localBucket.ts';
import { Background, type BackgroundWork } from '../../src/main/background';
import type { SessionListItem } from '../../src/shared/session';
import type { UploadConfigInput } from '../../src/shared/upload';
import { eventually } from '../eventually';
import { FakeClock } from '../fakes/FakeClock';
import { makeExportedSession } from '../fixtures/exportedSession';
import { recordedHeader } from '../fixtures/recordedHeader';
import { Host } from './appHost';

const MiB = 1 << 20;

/** An app without a window, whose work is what the test says. */
function running({ stays = false } = {}) {
  const clock = new FakeClock();
  const quits: number[] = [];
  const labels: (string | undefined)[] = [];
  const app = { work: undefined as BackgroundWork | undefined, isOpen: true, closed: () => {} };
  const background = new Background({
    ...{ clock, stays },
    windows: { onMainClosed: (listener) => void (app.closed = listener), isMainOpen: () => app.isOpen },
    work: () => app.work,
    quit: () => void quits.push(clock.now()),
  });
  background.onChange(() => labels.push(background.label));
  const close = () => {
    app.isOpen = false;
    app.closed();
  };
  return { clock, quits, labels, app, background, close };
}

describe('the app without its window', () => {
  it('quits at once where nothing goes on', () => {
    const { quits, background, close } = running();
    background.started();
    expect(quits).toHaveLength(0);
    close();
    expect(quits).toHaveLength(1);
  });

  it('quits once, when the last piece of work has ended, and says what it waits for', () => {
    const { clock, quits, labels, app, background, close } = running();
    background.started();
    app.work = { label: 'Uploading' };
    close();
    clock.advance(60_000);
    app.work = { label: 'Exporting' };
    clock.advance(60_000);
    expect(quits).toHaveLength(0);
    app.work = undefined;
    clock.advance(60_000);
    expect(quits).toHaveLength(1);
    expect(labels).toEqual(['Uploading, then quits', 'Exporting, then quits']);
  });

  it('stays where the window was opened again, and ends when that one is closed', () => {
    const { clock, quits, labels, app, background, close } = running();
    background.started();
    app.work = { label: 'Uploading' };
    close();
    app.isOpen = true;
    app.work = undefined;
    clock.advance(60_000);
    expect(quits).toHaveLength(0);
    expect(labels).toEqual(['Uploading, then quits', undefined]);
    expect(clock.untilNextTimer()).toBeNull();
    close();
    expect(quits).toHaveLength(1);
  });

  it('decides nothing before the start is over: until then nobody knows what the last run left', () => {
    const { clock, quits, app, background, close } = running();
    close();
    clock.advance(60_000);
    app.work = { label: 'Uploading' };
    background.started();
    expect(quits).toHaveLength(0);
    app.work = undefined;
    clock.advance(60_000);
    expect(quits).toHaveLength(1);
  });

  it('stays on macOS', () => {
    const { clock, quits, labels, app, background, close } = running({ stays: true });
    background.started();
    app.work = { label: 'Uploading' };
    close();
    app.work = undefined;
    clock.advance(60_000);
    expect(quits).toHaveLength(0);
    expect(labels).toEqual(['Uploading', undefined]);
  });

  it('looks no more once it is being quit', () => {
    const { clock, quits, app, background, close } = running();
    background.started();
    app.work = { label: 'Uploading' };
    close();
    background.close();
    app.work = undefined;
    clock.advance(60_000);
    expect(quits).toHaveLength(0);
  });
});

async function makeHost(): Promise<{ host: Host; userDataDir: string }> {
  const userDataDir = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-background-'));
  const host = new Host(userDataDir);
  onTestFinished(async () => {
    await host.quit();
    await rm(userDataDir, { recursive: true, force: true });
  });
  return { host, userDataDir };
}

const hasQuit = ({ recorder }: Host) => recorder.calls.includes('quit');
const untilQuit = (host: Host) => eventually(() => expect(hasQuit(host)).toBe(true));
const statusOf = async (host: Host) => (await host.value<SessionListItem[]>('listSessions'))[0]?.uploadStatus;

/** A host with a session that can be uploaded into a bucket of its own. */
async function withBucket(sizeBytes = 12 * MiB) {
  const { host, userDataDir } = await makeHost();
  const bucket = await startLocalBucket({ dir: path.join(userDataDir, 'bucket') });
  let isUp = true;
  const stop = async () => {
    if (isUp) await bucket.close();
    isUp = false;
  };
  onTestFinished(stop);
  const { sessionId } = await makeExportedSession(userDataDir, { sizeBytes });
  await host.start();
  const { endpoint, bucket: name, region, accessKeyId, secretAccessKey } = bucket;
  const keys = { bucket: name, region, accessKeyId, secretAccessKey };
  const form: UploadConfigInput = {
    ...{ ...keys, endpoint, forcePathStyle: true, allowHttp: true, secretStorage: 'weak' },
  };
  expect(await host.value('setUploadConfig', form)).toMatchObject({ saved: true });
  return { host, bucket: { ...bucket, close: stop }, sessionId, form };
}

describe('the main window is closed', () => {
  it('during an upload: the app quits by itself once the bucket has it', async () => {
    const { host, bucket, sessionId } = await withBucket();
    bucket.throttle.bytesPerSecond = 6 * MiB;
    await host.value('uploadSession', sessionId);
    await eventually(() => expect(bucket.log.of('UploadPart').length).toBeGreaterThan(0));
    host.recorder.closeMain();
    expect(hasQuit(host)).toBe(false);
    expect(host.recorder.tray).toEqual({ phase: 'idle', label: 'Uploading, then quits' });
    await untilQuit(host);
    expect(await statusOf(host)).toBe('done');
  });

  it('right behind the click on Upload: the upload takes place', async () => {
    const { host, sessionId } = await withBucket(1000);
    const asked = host.value('uploadSession', sessionId);
    host.recorder.closeMain();
    expect(hasQuit(host)).toBe(false);
    await asked;
    await untilQuit(host);
    expect(await statusOf(host)).toBe('done');
  });

  it('while an upload waits for the network: the app goes on, and quits where nothing more is to come', async () => {
    const { host, bucket, sessionId } = await withBucket(1000);
    await bucket.close();
    await host.value('uploadSession', sessionId);
    host.recorder.closeMain();
    await eventually(() => expect(host.recorder.tray?.label).toBe('Waiting to upload, then quits'));
    expect(hasQuit(host)).toBe(false);
    await host.value('pauseUpload', sessionId);
    await untilQuit(host);
    expect(await statusOf(host)).toBe('pending');
  });

  it('during an upload that fails for good: the app quits, and the failure is kept for the next start', async () => {
    const { host, sessionId, form } = await withBucket(1000);
    await host.value('setUploadConfig', { ...form, secretAccessKey: 'wrong' });
    await host.value('uploadSession', sessionId);
    host.recorder.closeMain();
    await untilQuit(host);
    expect(await statusOf(host)).toBe('failed');
  });

  it('while a recording that was cut off is repaired: the app quits once its bundle is made', async () => {
    const { host, userDataDir } = await makeHost();
    for (const sessionId of ['20260131-142530-9f3a', '20260131-142531-9f3a']) {
      const folder = path.join(userDataDir, 'sessions', sessionId);
      await mkdir(path.join(folder, 'video'), { recursive: true });
      const header = recordedHeader(sessionId, { state: 'recording' });
      await writeFile(path.join(folder, 'session.json'), JSON.stringify(header));
      await writeFile(path.join(folder, 'video', '0001.mp4'), 'video');
    }
    await host.start();
    host.recorder.closeMain();
    expect(hasQuit(host)).toBe(false);
    await untilQuit(host);
    const rows = await host.value<SessionListItem[]>('listSessions');
    expect(rows).toMatchObject([{ condition: 'exported' }, { condition: 'exported' }]);
  });

  it('before the start has taken up what was left: that is uploaded first', async () => {
    const { host, bucket, sessionId } = await withBucket(1000);
    await bucket.close();
    await host.value('uploadSession', sessionId);
    await eventually(async () => expect(await statusOf(host)).toBe('pending'));
    await host.quit();
    const again = new Host(host.userDataDir);
    onTestFinished(() => again.quit());
    again.recorder.windows.openMain = async () => again.recorder.closeMain();
    await again.start();
    expect(hasQuit(again)).toBe(false);
    expect(await statusOf(again)).not.toBe('not_uploaded');
  });

  it('on macOS with nothing going on: the app stays in the Dock', async () => {
    const { host } = await makeHost();
    await host.start({ os: { platform: 'darwin', release: '24', arch: 'arm64' } });
    host.recorder.closeMain();
    expect(hasQuit(host)).toBe(false);
  });
});
