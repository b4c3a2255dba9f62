import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import yauzl from 'yauzl';
import { createExporter } from '../../../src/main/recorder/exporter';
import { exportBundle, partialBundle } from '../../../src/main/recorder/exportBundle';
import { recoverSessions } from '../../../src/main/recorder/recoverSessions';
import { createSessions } from '../../../src/main/sessions/createSessions';
import {
  actionsFileSchema,
  manifestSchema,
  sessionHeaderSchema,
  type SessionHeader,
} from '../../../src/shared/session';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeRecorderPlatform } from '../../fakes/FakeRecorderPlatform';
import { SilentLog } from '../../fakes/SilentLog';
import { temporaryFolder } from './recorderHouse';

const ID = '20261101-101500-00ab';

function header(more: Partial<SessionHeader> = {}): SessionHeader {
  return {
    version: 1,
    sessionId: ID,
    state: 'finished',
    createdAt: 1_790_000_000_000,
    durationUs: 5_000_000,
    app: { name: 'Session Recorder', version: '0.0.1' },
    os: { platform: 'linux', release: '6', arch: 'x64' },
    source: { id: 's', name: '<img src=x onerror=alert(1)>', kind: 'window' },
    geometry: [],
    clocks: [],
    capabilities: [{ name: 'microphone', available: false, why: 'No "microphone" & no sound' }],
    redaction: { keyCodesRecorded: false },
    microphone: false,
    ...more,
  };
}

const press = { type: 'press', tUs: 1_000_000, display: '1', epoch: 0, x: 5, y: 6, button: 1, modifiers: [] };

/** A recorded session as it lies there before its export. */
async function recorded(more: Partial<SessionHeader> = {}, tail = '') {
  const clock = new FakeClock();
  const log = new SilentLog();
  const platform = new FakeRecorderPlatform(clock);
  const { broadcast } = platform.windows;
  const sessions = createSessions({ sessionsDir: await temporaryFolder(), clock, log, report: () => {} });
  const paths = await sessions.create(header(more));
  await writeFile(
    paths.actionsLog,
    `${JSON.stringify({ type: 'pause', tUs: 1 })}\n${JSON.stringify(press)}\n${tail}`,
  );
  await writeFile(path.join(paths.videoDir, '0001.mp4'), Buffer.alloc(300_000, 7));
  await writeFile(path.join(paths.screenshotsDir, '000001.jpg'), 'jpeg');
  const shot = { tUs: 1_000_000, file: 'screenshots/000001.jpg', trigger: 'press', width: 4, height: 4 };
  await writeFile(paths.screenshotsLog, `${JSON.stringify(shot)}\n`);
  await writeFile(paths.frames, '');
  return { clock, log, platform, sessions, paths, exporter: createExporter({ sessions, log, broadcast }) };
}

async function unzip(file: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    contents.set(entry.fileName, Buffer.concat(chunks));
    expect(entry.compressionMethod).toBe(0);
  }
  return contents;
}

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
    expect(report).toContain('Left button pressed at 5, 6');
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
      paths,
      header: header(),
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('enough')),
      beforeReplace: async () => {},
    });
    await expect(broken).rejects.toThrow();
    expect(existsSync(partialBundle(paths))).toBe(false);
    expect(await readFile(paths.bundle)).toEqual(before);
    expect(await sessions.isExported(ID)).toBe(true);
  });

  it('that cannot take its place leaves nothing behind and keeps an earlier one', async () => {
    const { exporter, paths } = await recorded();
    await exporter.exportSession(ID);
    const before = await readFile(paths.bundle);
    const broken = exportBundle({
      paths,
      header: header(),
      signal: new AbortController().signal,
      onProgress: () => {},
      beforeReplace: () => Promise.reject(new Error('EACCES')),
    });
    await expect(broken).rejects.toThrow('EACCES');
    expect(existsSync(partialBundle(paths))).toBe(false);
    expect(await readFile(paths.bundle)).toEqual(before);
  });

  it('is aborted by a shutdown, is shown as failed, and can be repeated', async () => {
    const { exporter, sessions, paths } = await recorded();
    exporter.startExport(ID);
    await exporter.shutdown();
    await vi.waitFor(() => expect(sessions.activity(ID)?.condition).toBe('export-failed'));
    expect((await readdir(paths.folder)).filter((name) => name.includes('.zip'))).toEqual([]);
    await exporter.exportSession(ID);
    expect(await sessions.isExported(ID)).toBe(true);
  });

  it('whose actions the disk refuses is shown as failed, leaves the log, and can be repeated', async () => {
    const { exporter, sessions, paths } = await recorded();
    const inTheWay = `${paths.actions}.tmp`;
    await symlink('/nowhere/at/all', inTheWay);
    await expect(exporter.exportSession(ID)).rejects.toMatchObject({ error: { code: 'ENOENT' } });
    expect(sessions.activity(ID)?.condition).toBe('export-failed');
    expect(existsSync(paths.actionsLog)).toBe(true);
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

describe('a recording cut off by a crash', () => {
  it('is found, keeps its content, and exports without its torn lines', async () => {
    const { exporter, sessions, paths, log } = await recorded({ state: 'recording' }, '{"type":"pre');
    await writeFile(partialBundle(paths), 'half');
    const frame = `${JSON.stringify({ tUs: 0, segment: 'video/0001.mp4', ptsUs: 0 })}\n`;
    await writeFile(paths.frames, `${frame}{"tUs":33`);
    const whole = await readFile(paths.screenshotsLog, 'utf8');
    await writeFile(paths.screenshotsLog, `${whole}{"tU`);
    const notices: string[] = [];
    const report = (_kind: string, { code }: { code: string }) => void notices.push(code);
    expect(await recoverSessions({ sessions, log, report })).toEqual([ID]);
    expect(existsSync(partialBundle(paths))).toBe(false);
    expect(notices).toEqual(['Recovered']);
    expect(await sessions.list()).toMatchObject([{ condition: 'interrupted', actionCount: 2 }]);

    await exporter.exportSession(ID);
    const files = await unzip(paths.bundle);
    const { actions } = actionsFileSchema.parse(JSON.parse(files.get('actions.json')!.toString()));
    expect(actions.map(({ type }) => type)).toEqual(['pause', 'press']);
    expect(files.get('frames.jsonl')!.toString()).toBe(frame);
    expect(files.get('screenshots.jsonl')!.toString()).toBe(whole);
    expect(log.lines).toContainEqual(expect.objectContaining({ fields: { sessionId: ID, torn: 1 } }));
    expect(await sessions.list()).toMatchObject([{ condition: 'exported' }]);
  });

  it('whose header is damaged exports with a header made anew that says so', async () => {
    const { exporter, sessions, paths } = await recorded({ state: 'recording' });
    await writeFile(paths.header, '{"version":1,');
    await writeFile(path.join(paths.videoDir, '0002.mp4'), '');
    const [row] = await sessions.list();
    expect(row).toMatchObject({ condition: 'damaged', actionCount: 2, problem: { code: 'Damaged' } });
    await exporter.exportSession(ID);
    const files = await unzip(paths.bundle);
    expect(files.has('video/0002.mp4')).toBe(false);
    const made = JSON.parse(files.get('session.json')!.toString());
    expect(sessionHeaderSchema.parse(made)).toMatchObject({
      rebuilt: true,
      state: 'interrupted',
      createdAt: new Date(2026, 10, 1, 10, 15, 0).getTime(),
      video: { mimeType: 'video/mp4', segments: ['video/0001.mp4'] },
    });
    expect(await sessions.list()).toMatchObject([{ condition: 'exported', actionCount: 2 }]);
  });

  it('is not touched when it was finished', async () => {
    const { sessions, log } = await recorded();
    expect(await recoverSessions({ sessions, log, report: () => {} })).toEqual([]);
  });
});
