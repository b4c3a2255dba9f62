import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Frame, SessionHeader } from '../../../src/shared/session';

const exec = promisify(execFile);
const LUMINANCE_THRESHOLD = 128;

/** `tUs`: the first frame that shows it; `afterUs`: the frame before, which does not. Between them it came on. */
export type Flash = { tUs: number; afterUs: number };

/**
 * When a spot of the screen turned from dark to bright, in a session's own time (µs).
 * Read from the decoded video through `frames.jsonl`, as any reader of a bundle would.
 */
export async function findFlashes(folder: string, spot: { x: number; y: number }): Promise<Flash[]> {
  const header: SessionHeader = JSON.parse(await readFile(path.join(folder, 'session.json'), 'utf8'));
  const frames = (await readFile(path.join(folder, 'frames.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Frame);
  const flashes: Flash[] = [];
  for (const segment of header.video!.segments) {
    const known = frames.filter((frame) => path.basename(segment) === path.basename(frame.segment));
    if (known.length === 0) throw new Error(`${segment}: frames.jsonl tells no time of it`);
    let wasBright = false;
    let afterUs = -Infinity;
    for (const { ptsUs, luminance } of await decodeSpot(path.join(folder, segment), spot)) {
      const isBright = luminance > LUMINANCE_THRESHOLD;
      const tUs = sessionTimeOf(ptsUs, known);
      if (isBright && !wasBright) flashes.push({ tUs, afterUs });
      wasBright = isBright;
      afterUs = tUs;
    }
  }
  return flashes;
}

/** Every frame's time in its segment and the mean luminance (0–255) of 32 × 32 pixels around `spot`. */
async function decodeSpot(file: string, { x, y }: { x: number; y: number }) {
  const cut = `crop=32:32:${x - 16}:${y - 16},scale=1:1:flags=area,format=gray`;
  const [pixels, times] = await Promise.all([
    exec(
      'ffmpeg',
      ['-v', 'error', '-i', file, '-vf', cut, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'],
      {
        encoding: 'buffer',
        maxBuffer: 2 ** 24,
      },
    ),
    exec(
      'ffprobe',
      ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', file],
      {
        maxBuffer: 2 ** 26,
      },
    ),
  ]);
  const seconds = times.stdout.trim().split('\n').map(parseFloat);
  if (seconds.length !== pixels.stdout.length)
    throw new Error(`${file}: ${seconds.length} times for ${pixels.stdout.length} frames`);
  return seconds.map((time, index) => ({
    ptsUs: (time - seconds[0]!) * 1e6,
    luminance: pixels.stdout[index]!,
  }));
}

/** From the line of `frames.jsonl` nearest in the segment, on: the encoder rounds times, and a line may be missing. */
function sessionTimeOf(ptsUs: number, known: Frame[]): number {
  const nearest = known.reduce((best, frame) =>
    Math.abs(frame.ptsUs - ptsUs) < Math.abs(best.ptsUs - ptsUs) ? frame : best,
  );
  return nearest.tUs + ptsUs - nearest.ptsUs;
}
