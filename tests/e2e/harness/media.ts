import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** What ffprobe says of a video after decoding every frame. */
export async function probeVideo(
  file: string,
): Promise<{ durationSeconds: number; frames: number; width: number; height: number; codec: string }> {
  const { stdout } = await exec('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-count_frames'],
    ...[
      '-show_entries',
      'stream=codec_name,width,height,nb_read_frames:format=duration',
      '-of',
      'json',
      file,
    ],
  ]);
  const { streams, format } = JSON.parse(stdout);
  return {
    durationSeconds: Number(format.duration),
    frames: Number(streams[0].nb_read_frames),
    width: streams[0].width,
    height: streams[0].height,
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

export type ColorCount = { frames: number; matching: number };

/** Decodes a whole video and counts the frames in which any place has a colour; each frame is looked at as 32 × 18 places. */
export async function countFrames(
  file: string,
  isColor: (color: { r: number; g: number; b: number }) => boolean,
): Promise<ColorCount> {
  const small = [
    '-vf',
    'scale=32:18',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-',
  ];
  const { stdout } = await exec('ffmpeg', ['-v', 'error', '-i', file, ...small], {
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
  });
  const frameBytes = 32 * 18 * 3;
  const count = { frames: Math.floor(stdout.length / frameBytes), matching: 0 };
  for (let frame = 0; frame < count.frames; frame += 1) {
    const places = Array.from({ length: 32 * 18 }, (_, place) => frame * frameBytes + place * 3);
    if (places.some((at) => isColor({ r: stdout[at]!, g: stdout[at + 1]!, b: stdout[at + 2]! })))
      count.matching += 1;
  }
  return count;
}
