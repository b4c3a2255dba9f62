import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { exportBundle, packBundle } from '../../../../src/main/recorder/bundle/packBundle';
import { manifestSchema } from '../../../../src/shared/session';
import { eventually } from '../../../eventually';
import { header, ID, recorded, unzip } from '../recordedSession';

describe('an export', () => {
  it('holds every file of the session, a report, and last a manifest that is true', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const files = await unzip(paths.bundle);
    expect([...files.keys()]).toEqual([
      'session.json',
      'actions.json',
      'frames.jsonl',
      'screenshots.jsonl',
      'video/0001.mp4',
      'screenshots/000001.jpg',
      'report.html',
      'manifest.json',
    ]);
    const manifest = manifestSchema.parse(JSON.parse(files.get('manifest.json')!.toString()));
    const truth = [...files]
      .filter(([name]) => name !== 'manifest.json')
      .map(([name, content]) => ({
        path: name,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      }));
    expect(manifest.files).toEqual(truth);
    expect(files.get('video/0001.mp4')).toEqual(await readFile(path.join(paths.videoDir, '0001.mp4')));
  });

  it('is read by the zip tools of others', async (context) => {
    const script =
      'import sys, zipfile; sys.exit(0 if zipfile.ZipFile(sys.argv[1]).testzip() is None else 1)';
    const tools: [string, string[]][] = [
      ['python3', ['-c', script]],
      ['unzip', ['-tqq']],
    ];
    const present = tools.filter(([tool]) => spawnSync(tool, ['--help']).error === undefined);
    if (present.length === 0) context.skip('left out: neither python3 nor unzip is on this machine');
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    for (const [tool, args] of present)
      expect([tool, spawnSync(tool, [...args, paths.bundle]).status]).toEqual([tool, 0]);
  });

  it('leaves bundle, summary and mark, and tells its progress', async () => {
    const { exporter, paths, sessions, platform } = await recorded();
    await exporter.exportSession(ID);
    expect(await sessions.list()).toMatchObject([
      { condition: 'exported', actionCount: 2, screenshotCount: 1, zipPath: paths.bundle },
    ]);
    const progress = platform.of('export:progress').map((event) => event.progress);
    expect(progress.at(-1)).toBe(100);
    expect(progress).toEqual([...new Set(progress)].toSorted((a, b) => a - b));
  });

  it('makes a report that holds no markup from outside and shows video, screenshot and click', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const report = (await unzip(paths.bundle)).get('report.html')!.toString();
    expect(report).not.toContain('<img src=x');
    expect(report).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(report).toContain('No &quot;microphone&quot; &amp; no sound');
    expect(report).toContain('src="video/0001.mp4"');
    expect(report).toContain('src="screenshots/000001.jpg"');
    expect(report).toContain('>Click</bdi> <span class="soft">at 5, 6</span>');
  });

  it('names no frame of a segment that never got a byte', async () => {
    const { exporter, paths } = await recorded();
    await writeFile(path.join(paths.videoDir, '0002.mp4'), '');
    const line = (segment: string) => `${JSON.stringify({ tUs: 0, segment, ptsUs: 0 })}\n`;
    await writeFile(paths.frames, line('video/0001.mp4') + line('video/0002.mp4'));
    await exporter.exportSession(ID);
    expect((await unzip(paths.bundle)).get('frames.jsonl')!.toString()).toBe(line('video/0001.mp4'));
  });

  it('can be repeated', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const first = await unzip(paths.bundle);
    await exporter.exportSession(ID);
    expect(await unzip(paths.bundle)).toEqual(first);
  });

  it('that is aborted leaves no half bundle, keeps an earlier one, and can be repeated', async () => {
    const { exporter, sessions, paths } = await recorded();
    await exporter.exportSession(ID);
    const before = await readFile(paths.bundle);
    const abort = new AbortController();
    const broken = exportBundle({
      pack: packBundle,
      paths,
      header: header(),
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('enough')),
      beforeReplace: async () => {},
    });
    await expect(broken).rejects.toThrow();
    expect(existsSync(paths.partialBundle)).toBe(false);
    expect(await readFile(paths.bundle)).toEqual(before);
    expect(await sessions.isExported(ID)).toBe(true);
  });

  it('that the disk refused in the midst of it says so', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const job = { paths, header: header(), signal: new AbortController().signal, onProgress: () => {} };
    const flush = async () => {
      await new Promise(setImmediate); // nobody waits for it when it fails
      throw new Error('EIO');
    };
    await expect(packBundle(job, { flush, pieceBytes: 1 })).rejects.toThrow('EIO');
  });

  it('is over only once nothing writes to its file any more', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const abort = new AbortController();
    let written = () => {};
    const flush = () => new Promise<void>((resolve) => (written = resolve));
    const onProgress = () => abort.abort(new Error('enough'));
    let isOver = false;
    const job = { paths, header: header(), signal: abort.signal, onProgress };
    const packing = packBundle(job, { flush, pieceBytes: 1 }).finally(() => (isOver = true));
    const refused = expect(packing).rejects.toThrow('enough');
    await vi.waitUntil(() => abort.signal.aborted);
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    written();
    await refused;
  });

  it('that cannot take its place leaves nothing behind and keeps an earlier one', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const before = await readFile(paths.bundle);
    const broken = exportBundle({
      pack: packBundle,
      paths,
      header: header(),
      signal: new AbortController().signal,
      onProgress: () => {},
      beforeReplace: () => Promise.reject(new Error('EACCES')),
    });
    await expect(broken).rejects.toThrow('EACCES');
    expect(existsSync(paths.partialBundle)).toBe(false);
    expect(await readFile(paths.bundle)).toEqual(before);
  });

  it('is aborted by a shutdown, is shown as failed, and can be repeated', async () => {
    const { exporter, sessions, paths } = await recorded();
    exporter.startExport(ID);
    await exporter.shutdown();
    await eventually(() => expect(sessions.activity(ID)?.condition).toBe('export-failed'));
    expect((await readdir(paths.folder)).filter((name) => name.includes('.zip'))).toEqual([]);
    await exporter.exportSession(ID);
    expect(await sessions.isExported(ID)).toBe(true);
  });

  it('whose actions the disk refuses is shown as failed, leaves the log, and can be repeated', async () => {
    const { exporter, sessions, paths } = await recorded();
    await mkdir(paths.actions);
    await expect(exporter.exportSession(ID)).rejects.toMatchObject({
      error: { code: 'RecordingUnreadable' },
    });
    expect(sessions.activity(ID)?.condition).toBe('export-failed');
    expect(existsSync(paths.actionsLog)).toBe(true);
    await rmdir(paths.actions);
    await exporter.exportSession(ID);
    expect(await sessions.list()).toMatchObject([{ condition: 'exported', actionCount: 2 }]);
  });

  it('is refused while one runs', async () => {
    const { exporter } = await recorded();
    const first = exporter.exportSession(ID);
    await expect(exporter.exportSession(ID)).rejects.toMatchObject({ error: { code: 'SessionBusy' } });
    await first;
  });

  it('of a session that does not exist is refused', async () => {
    const { exporter } = await recorded();
    await expect(exporter.exportSession('20200101-000000-0000')).rejects.toMatchObject({
      error: { code: 'UnknownSession' },
    });
  });
});
