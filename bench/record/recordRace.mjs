import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { startDesktop } from '../../scripts/lib/xvfb.mjs';
import { launchApp } from '../../tests/e2e/harness/app';
import { recordUntil, startRecording } from '../../tests/e2e/harness/record';
import { showSessions } from '../../tests/e2e/harness/list';
import { watchPrivateMemory } from '../lib/privateMemory.mjs';
import { watchTree } from '../lib/processTree.mjs';

const exec = promisify(execFile);
const SIZE = { width: 1600, height: 900 };
const FRAMES_A_SECOND = 30;

/**
 * Records moving content with the app, then with `ffmpeg -f x11grab`, for `minutes` each, on the same display.
 * @param alone without ffmpeg, for runs of hours
 * @returns for each: `frames` in the file, `droppedFrames` (of 30 a second of wall time), `cpuShare` (of one core, all
 *   processes), `rssPeakBytes`, `rssSlopeBytesPerMinute`, `kinds` (memory by kind of process), `bytes`; for the app
 *   also `processes` (see watchPrivateMemory)
 */
export async function raceRecord(dir, minutes, alone) {
  const display = await startDesktop(SIZE);
  const content = showMovingContent(display.display);
  try {
    const ours = await recordOurs(path.join(dir, 'data'), display.display, minutes);
    if (alone) return [{ client: 'ours', ...ours }];
    const ffmpeg = await recordFfmpeg(path.join(dir, 'ffmpeg.mp4'), display.display, minutes);
    return [
      { client: 'ours', ...ours },
      { client: 'ffmpeg x11grab', ...ffmpeg },
    ];
  } finally {
    content.kill('SIGKILL');
    display.stop();
  }
}

/** A full-screen test picture that scrolls, so that every frame differs everywhere. */
function showMovingContent(display) {
  const source = `testsrc2=size=${SIZE.width}x${SIZE.height}:rate=${FRAMES_A_SECOND}`;
  const place = ['-noborder', '-left', '0', '-top', '0'];
  return spawn(
    'ffplay',
    ['-v', 'error', '-nostats', ...place, '-f', 'lavfi', `${source},scroll=horizontal=0.005`],
    {
      env: { ...process.env, DISPLAY: display, SDL_AUDIODRIVER: 'dummy' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

async function recordOurs(userDataDir, display, minutes) {
  mkdirSync(userDataDir);
  const app = await launchApp({ userDataDir, display });
  try {
    const toolbar = await startRecording(app);
    const { pid } = app.electron.process();
    const watch = watchTree(pid);
    const memory = watchPrivateMemory(pid);
    const startedAt = performance.now();
    await recordUntil(toolbar, minutes * 60);
    const cost = { ...watch.stop(), wallMs: performance.now() - startedAt };
    const processes = memory.stop();
    await toolbar.getByRole('button', { name: 'Stop' }).click();
    const row = (await showSessions(app.page)).first();
    await row.getByRole('button', { name: 'Upload', exact: true }).waitFor({ timeout: 120_000 });
    const [id] = readdirSync(path.join(userDataDir, 'sessions'));
    const folder = path.join(userDataDir, 'sessions', id);
    const { video } = JSON.parse(readFileSync(path.join(folder, 'session.json'), 'utf8'));
    const segments = await Promise.all(video.segments.map((name) => probe(path.join(folder, name))));
    return { ...figures(segments, cost), processes };
  } finally {
    await app.close();
  }
}

async function recordFfmpeg(file, display, minutes) {
  const input = [
    '-f',
    'x11grab',
    '-framerate',
    String(FRAMES_A_SECOND),
    '-video_size',
    `${SIZE.width}x${SIZE.height}`,
  ];
  const child = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-y',
      ...input,
      '-i',
      display,
      '-t',
      String(minutes * 60),
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      file,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const watch = watchTree(child.pid);
  const startedAt = performance.now();
  await ended;
  return figures([await probe(file)], { ...watch.stop(), wallMs: performance.now() - startedAt });
}

async function probe(file) {
  const { stdout } = await exec('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-count_packets'],
    ...['-show_entries', 'stream=nb_read_packets,width,height:format=size', '-of', 'json', file],
  ]);
  const { streams, format } = JSON.parse(stdout);
  const { width, height, nb_read_packets } = streams[0];
  if (width !== SIZE.width || height !== SIZE.height) throw new Error(`${file} is ${width} × ${height}`);
  return { frames: Number(nb_read_packets), bytes: Number(format.size) };
}

function figures(segments, { cpuMs, wallMs, rssPeakBytes, rssSlopeBytesPerMinute, kinds }) {
  const sum = (name) => segments.reduce((total, segment) => total + segment[name], 0);
  const frames = sum('frames');
  return {
    frames,
    droppedFrames: Math.max(0, Math.round((wallMs / 1000) * FRAMES_A_SECOND) - frames),
    cpuShare: cpuMs / wallMs,
    rssPeakBytes,
    rssSlopeBytesPerMinute,
    kinds,
    bytes: sum('bytes'),
  };
}
