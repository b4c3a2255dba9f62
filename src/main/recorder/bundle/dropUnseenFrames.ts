import { frameSchema, type Frame } from '../../../shared/session';
import { copyJsonLines, readJsonLines } from '../../sessions/jsonLines';
import type { SessionPaths } from '../../sessions/sessionPaths';

/**
 * Takes away the lines of frames that were seen and never recorded: a segment that ended before its encoder gave
 * anything has no file in the bundle.
 */
export async function dropUnseenFrames(paths: SessionPaths, segments: readonly string[]): Promise<void> {
  const recorded = new Set(segments);
  const isRecorded = ({ segment }: Frame) => recorded.has(segment);
  if (await every(framesOf(paths), isRecorded)) return;
  await copyJsonLines(paths.frames, paths.frames, frameSchema, isRecorded);
}

function framesOf(paths: SessionPaths): AsyncGenerator<Frame> {
  return readJsonLines(paths.frames, frameSchema, () => undefined);
}

async function every(frames: AsyncIterable<Frame>, is: (frame: Frame) => boolean): Promise<boolean> {
  for await (const frame of frames) if (!is(frame)) return false;
  return true;
}
