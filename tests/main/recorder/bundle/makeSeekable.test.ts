import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FilePathSource, Input, WEBM } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { hasDuration, makeSegmentsSeekable } from '../../../../src/main/recorder/bundle/makeSeekable';
import { sessionPaths } from '../../../../src/main/sessions/sessionPaths';
import { SilentLog } from '../../../fakes/SilentLog';
import { temporaryFolder } from '../recorderHouse';

const live = path.join(import.meta.dirname, '../../../fixtures/live.webm');

async function sessionWith(name: string) {
  const paths = sessionPaths(await temporaryFolder(), '20261101-101500-00ab');
  await mkdir(paths.videoDir, { recursive: true });
  return { paths, file: path.join(paths.videoDir, name) };
}

describe('a WebM as MediaRecorder leaves it', () => {
  it('gets its length and keeps every packet', async () => {
    const { paths, file } = await sessionWith('0001.webm');
    await copyFile(live, file);
    expect(await hasDuration(file)).toBe(false);
    await makeSegmentsSeekable(paths, new SilentLog(), new AbortController().signal);
    expect(await hasDuration(file)).toBe(true);
    const input = new Input({ source: new FilePathSource(file), formats: [WEBM] });
    const track = await input.getPrimaryVideoTrack();
    expect((await track!.computePacketStats()).packetCount).toBe(30);
    // Thirty frames at ten a second; the last one has no length of its own.
    expect(await input.computeDuration()).toBeCloseTo(2.9, 2);
    input.dispose();
    expect(await readdir(paths.videoDir)).toEqual(['0001.webm']);
  });

  it('is left as it is when the export is aborted', async () => {
    const { paths, file } = await sessionWith('0001.webm');
    await copyFile(live, file);
    const signal = AbortSignal.abort(new Error('the app is closing'));
    await expect(makeSegmentsSeekable(paths, new SilentLog(), signal)).rejects.toThrow('closing');
    expect(await readFile(file)).toEqual(await readFile(live));
    expect(await readdir(paths.videoDir)).toEqual(['0001.webm']);
  });

  it('is left as it is when it cannot be read', async () => {
    const { paths, file } = await sessionWith('0001.webm');
    await writeFile(file, 'not a video');
    const log = new SilentLog();
    await makeSegmentsSeekable(paths, log, new AbortController().signal);
    expect(await readFile(file, 'utf8')).toBe('not a video');
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    expect(await readdir(paths.videoDir)).toEqual(['0001.webm']);
  });
});
