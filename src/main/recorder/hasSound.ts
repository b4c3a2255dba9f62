import path from 'node:path';
import { FilePathSource, Input, MP4, WEBM } from 'mediabunny';
import type { Logger } from '../types';

/** Whether any of a session's segments has sound; one that cannot be read has none that anybody could hear. */
export async function hasSound(folder: string, segments: readonly string[], log: Logger): Promise<boolean> {
  for (const segment of segments) {
    const input = new Input({ source: new FilePathSource(path.join(folder, segment)), formats: [MP4, WEBM] });
    try {
      if ((await input.getPrimaryAudioTrack()) !== null) return true;
    } catch (error) {
      log.warn('segment not read for its sound', { segment, error: String(error) });
    } finally {
      input.dispose();
    }
  }
  return false;
}
