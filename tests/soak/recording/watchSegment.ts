import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { countOfColor, READ_AT } from './TimeSignal';

const exec = promisify(execFile);

/** A segment after every frame of it was decoded. `seeks`: a place near the end was found without reading up to it. */
export type WatchedSegment = { counts: number[]; durationSeconds: number; seeks: boolean };

const NEAR_END_SECONDS = 0.5;

/** Decodes a segment as any player does. Rejects when ffmpeg finds anything wrong with it. */
export async function watchSegment(file: string): Promise<WatchedSegment> {
  const counts = await decode(file, []);
  const durationSeconds = await durationOf(file);
  const from = Math.max(0, durationSeconds - NEAR_END_SECONDS);
  const tail = await decode(file, ['-ss', from.toFixed(3)]);
  const seeks = tail.length > 0 && tail.length < Math.max(2, counts.length) && tail.at(-1) === counts.at(-1);
  return { counts, durationSeconds, seeks };
}

/** The count that each frame shows. */
async function decode(file: string, seek: string[]): Promise<number[]> {
  const { x, y, size } = READ_AT;
  const filter = `crop=${size}:${size}:${x}:${y},scale=1:1:flags=area,format=rgb24`;
  const { stdout } = await exec(
    'ffmpeg',
    [
      ...['-v', 'error', '-xerror', ...seek, '-i', file, '-map', '0:v:0', '-fps_mode', 'passthrough'],
      ...['-vf', filter, '-f', 'rawvideo', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 1 << 26 },
  );
  return Array.from({ length: stdout.length / 3 }, (_, at) =>
    countOfColor([stdout[at * 3]!, stdout[at * 3 + 1]!, stdout[at * 3 + 2]!]),
  );
}

/** What the file itself says, not what was counted. Rejects when it says nothing. */
async function durationOf(file: string): Promise<number> {
  const { stdout } = await exec('ffprobe', [
    ...['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file],
  ]);
  const seconds = Number(stdout);
  if (!(seconds > 0)) throw new Error(`no duration: ${stdout.trim()}`);
  return seconds;
}
