import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** What ffprobe says of a video after decoding every frame. */
export async function probeVideo(
  file: string,
): Promise<{ durationSeconds: number; frames: number; width: number; codec: string }> {
  const { stdout } = await exec('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-count_frames'],
    ...['-show_entries', 'stream=codec_name,width,nb_read_frames:format=duration', '-of', 'json', file],
  ]);
  const { streams, format } = JSON.parse(stdout);
  return {
    durationSeconds: Number(format.duration),
    frames: Number(streams[0].nb_read_frames),
    width: streams[0].width,
    codec: streams[0].codec_name,
  };
}

/** Colour of one pixel of a picture, `{r, g, b}` 0–255. */
export async function pixelOf(
  picture: string,
  x: number,
  y: number,
): Promise<{ r: number; g: number; b: number }> {
  const cut = ['-vf', `format=rgb24,crop=1:1:${x}:${y}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const { stdout } = await exec('ffmpeg', ['-v', 'error', '-i', picture, ...cut], { encoding: 'buffer' });
  return { r: stdout[0]!, g: stdout[1]!, b: stdout[2]! };
}
